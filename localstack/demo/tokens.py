"""A chapter for an API that asks for tokens: each user's own wallets, and nobody else's."""

from __future__ import annotations

from uuid import uuid4

from localstack.credentials import Bearer
from localstack.demo.storyteller import Storyteller


def play(story: Storyteller, *, issuer_url: str) -> None:
    """Tell it.

    Raises:
        LocalFailure: an answer was not the one that the story promises.
    """
    story.chapter("Everybody has a token")
    ada, ben = str(uuid4()), str(uuid4())
    as_ada = story.as_caller(Bearer(issuer_url, subject=ada))
    as_ben = story.as_caller(Bearer(issuer_url, subject=ben))
    wallet = {"userId": ada, "currency": "USD", "accountNumber": "ACC-ADA"}
    opened = as_ada.ask(
        "Ada opens a wallet with her token.", "POST /accounts/wallets", wallet, status=201
    )
    path = f"/accounts/wallets/{opened.body['id']}"
    story.as_caller(None).ask("Without a token nobody sees it.", f"GET {path}", status=401)
    as_ben.ask("With Ben's token it is not there.", f"GET {path}", status=404)
    named = as_ben.ask(
        "Nor can he ask for everything of hers.", f"GET /accounts/wallets/user/{ada}", status=403
    )
    story.expect(named.body["code"] == "not-the-owner", "the token should not be hers", named)
    made_up = as_ada.ask(
        "And Ada cannot let money in: that needs the scope of an internal service.",
        f"PATCH {path}/balance",
        {"amount": "1000000", "operation": "credit"},
        status=403,
    )
    story.expect(made_up.body["code"] == "scope-missing", "a scope should be missing", made_up)
