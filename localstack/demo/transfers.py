"""Demo: two wallets, a deposit, a transfer, a replay and a refusal."""

from __future__ import annotations

from uuid import uuid4

from localstack.demo.storyteller import Storyteller

STATEMENT_FIELDS = ("sequence", "entryType", "amount", "balanceAfter")


def play(story: Storyteller) -> None:
    """Play this part of the demo.

    Raises:
        LocalFailure: an answer was not as expected.
    """
    story.heading("Money moves")
    ada, ben = str(uuid4()), str(uuid4())
    source = _open_wallet(story, "Ada", user_id=ada)
    target = _open_wallet(story, "Ben", user_id=ben)
    _deposit(story, source)
    transfer = {
        "senderWalletId": source,
        "recipientWalletId": target,
        "senderUserId": ada,
        "recipientUserId": ben,
        "amount": "100.00",
        "currency": "USD",
    }
    transaction_id = _transfer_once(story, transfer)
    _refuse_an_overdraft(story, transfer)
    _look_at_the_ledger(story, transaction_id)
    for name, wallet_id, balance in (("Ada", source, "900"), ("Ben", target, "100")):
        _look_at_a_wallet(story, name, wallet_id, balance=f"{balance}.00000000")


def _open_wallet(story: Storyteller, name: str, *, user_id: str) -> str:
    opened = story.ask(
        f"{name} opens a wallet.",
        "POST /accounts/wallets",
        {"userId": user_id, "currency": "USD", "accountNumber": f"ACC-{name.upper()}"},
        status=201,
    )
    return str(opened.body["id"])


def _deposit(story: Storyteller, wallet_id: str) -> None:
    funded = story.ask(
        "Ada deposits 1000 dollars. A deposit is a posting with two sides, too.",
        f"PATCH /accounts/wallets/{wallet_id}/balance",
        {"amount": "1000.00", "operation": "credit"},
    )
    story.expect(funded.body["balance"] == "1000.00000000", "Ada should have 1000", funded)


def _transfer_once(story: Storyteller, transfer: dict[str, str]) -> str:
    key = f"rent-{uuid4()}"
    request = "POST /transactions/transfers"
    first = story.ask("Ada sends Ben 100.", request, transfer, key=key, status=201)

    again = story.ask(
        "Her phone did not get the answer and sends it again: same answer, no second debit.",
        request,
        transfer,
        key=key,
        status=201,
    )
    story.expect(again.body == first.body, "a replay should repeat the first answer", again)
    replayed = again.headers.get("Idempotent-Replayed") == "true"
    story.expect(replayed, "a replay should say that it is one", again)

    refused = story.ask(
        "The same key with another amount is refused.",
        request,
        {**transfer, "amount": "150.00"},
        key=key,
        status=409,
    )
    reused = refused.body["code"] == "idempotency-key-reused"
    story.expect(reused, "the refusal should name the reused key", refused)
    return str(first.body["transactionId"])


def _refuse_an_overdraft(story: Storyteller, transfer: dict[str, str]) -> None:
    refused = story.ask(
        "Ada cannot send what she does not have.",
        "POST /transactions/transfers",
        {**transfer, "amount": "5000.00"},
        key=f"yacht-{uuid4()}",
        status=422,
    )
    short = refused.body["code"] == "insufficient-funds"
    story.expect(short, "the code should be insufficient-funds", refused)


def _look_at_the_ledger(story: Storyteller, transaction_id: str) -> None:
    story.ask(
        "The transfer is two entries in the ledger, one on each side.",
        f"GET /ledger/transactions/{transaction_id}",
        show=("walletId", *STATEMENT_FIELDS, "previousHash", "hash"),
    )
    verified = story.ask(
        "Debits equal credits.", f"GET /ledger/transactions/{transaction_id}/verify"
    )
    story.expect(verified.body["balanced"] is True, "the transfer should balance", verified)


def _look_at_a_wallet(story: Storyteller, name: str, wallet_id: str, *, balance: str) -> None:
    path = f"/ledger/wallets/{wallet_id}"
    story.ask(
        f"{name}'s statement, newest first.",
        f"GET {path}/entries?limit=10&offset=0",
        show=("createdAt", *STATEMENT_FIELDS),
    )
    chain = story.ask(f"{name}'s chain of entries is unchanged.", f"GET {path}/chain")
    story.expect(chain.body["valid"] is True, "the chain should be valid", chain)
    held = story.ask(f"{name}'s balance.", f"GET /accounts/wallets/{wallet_id}/balance")
    story.expect(held.body["balance"] == balance, f"{name} should have {balance}", held)
