"""Demo for an API that requires tokens: users can use their own wallets only."""

from __future__ import annotations

from uuid import uuid4

from localstack.common.credentials import Bearer
from localstack.demo.storyteller import Storyteller


def play(story: Storyteller, *, issuer_url: str) -> None:
    """Play this part of the demo.

    Raises:
        LocalFailure: an answer was not as expected.
    """
    story.heading("Everybody has a token")
    ada, ben = str(uuid4()), str(uuid4())
    as_ada = story.as_caller(Bearer(issuer_url, subject=ada))
    as_ben = story.as_caller(Bearer(issuer_url, subject=ben))
    wallet = {"userId": ada, "currency": "USD", "accountNumber": "ACC-ADA"}
    opened = as_ada.ask(
        "Ada opens a wallet with her token.", "POST /accounts/wallets", wallet, status=201
    )
    path = f"/accounts/wallets/{opened.body['id']}"
    story.as_caller(None).ask("Without a token it cannot be read.", f"GET {path}", status=401)
    as_ben.ask("With Ben's token it is not found.", f"GET {path}", status=404)
    named = as_ben.ask(
        "Ben cannot list her wallets either.", f"GET /accounts/wallets/user/{ada}", status=403
    )
    story.expect(named.body["code"] == "not-the-owner", "the token should not be hers", named)
    made_up = as_ada.ask(
        "And Ada cannot deposit money: that needs the scope of an internal service.",
        f"PATCH {path}/balance",
        {"amount": "1000000", "operation": "credit"},
        status=403,
    )
    story.expect(made_up.body["code"] == "scope-missing", "a scope should be missing", made_up)
