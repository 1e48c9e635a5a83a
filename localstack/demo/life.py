"""Demo: the life of a payment: a hold, its capture, a refund, and a frozen wallet."""

from __future__ import annotations

from uuid import uuid4

from localstack.demo.storyteller import Storyteller


def play(story: Storyteller) -> None:
    """Play this part of the demo.

    Raises:
        LocalFailure: an answer was not as expected.
    """
    story.heading("The life of a payment")
    guest, host = str(uuid4()), str(uuid4())
    purse = _open_wallet(story, "A guest", user_id=guest)
    till = _open_wallet(story, "A hotel", user_id=host)
    _deposit(story, purse)
    hold_id = _hold(story, {"walletId": purse, "userId": guest}, till=till, host=host)
    capture_id = _capture(story, hold_id, purse)
    _refund(story, capture_id, purse)
    _freeze(story, purse, guest=guest, till=till, host=host)
    _look_at_the_transfers(story, purse)


def _open_wallet(story: Storyteller, name: str, *, user_id: str) -> str:
    opened = story.ask(
        f"{name} opens a wallet.",
        "POST /accounts/wallets",
        {"userId": user_id, "currency": "USD", "accountNumber": f"ACC-{name[-5:].upper()}"},
        status=201,
    )
    return str(opened.body["id"])


def _deposit(story: Storyteller, wallet_id: str) -> None:
    reference = f"topup-{uuid4().hex[:8]}"
    deposit = {"amount": "500", "operation": "credit", "reference": reference}
    request = f"PATCH /accounts/wallets/{wallet_id}/balance"
    story.ask("The guest deposits 500 dollars, under a reference of our own.", request, deposit)
    again = story.ask(
        "The same reference with a new key, even years later: no second deposit.",
        request,
        deposit,
        key=f"topup-{uuid4()}",
        status=409,
    )
    taken = again.body["code"] == "reference-taken"
    story.expect(taken, "the code should be reference-taken", again)


def _hold(story: Storyteller, payer: dict[str, str], *, till: str, host: str) -> str:
    held = story.ask(
        "Checking in, the hotel asks for 300 to be set aside.",
        "POST /transactions/holds",
        {
            **payer,
            "amount": "300",
            "currency": "USD",
            "recipientWalletId": till,
            "recipientUserId": host,
            "description": "Room 12",
        },
        key=f"room-{uuid4()}",
        status=201,
    )
    _expect_wallet(story, payer["walletId"], balance="200.00000000", held="300.00000000")
    return str(held.body["holdId"])


def _capture(story: Storyteller, hold_id: str, purse: str) -> str:
    captured = story.ask(
        "Checking out, it takes 250. The rest goes back in the same commit.",
        f"POST /transactions/holds/{hold_id}/captures",
        {"amount": "250"},
        key=f"bill-{uuid4()}",
        status=201,
    )
    _expect_wallet(story, purse, balance="250.00000000", held="0.00000000")
    return str(captured.body["transactionId"])


def _refund(story: Storyteller, transaction_id: str, purse: str) -> None:
    request = f"POST /transactions/transfers/{transaction_id}/reversals"
    story.ask(
        "The minibar was not the guest's: 40 go back, linked to the payment.",
        request,
        {"amount": "40", "reason": "Minibar"},
        key=f"minibar-{uuid4()}",
        status=201,
    )
    refused = story.ask(
        "Refunds never give back more than was paid.",
        request,
        {"amount": "211", "reason": "Too much"},
        key=f"minibar-{uuid4()}",
        status=422,
    )
    exceeded = refused.body["code"] == "reversal-amount-exceeded"
    story.expect(exceeded, "the code should be reversal-amount-exceeded", refused)
    _expect_wallet(story, purse, balance="290.00000000", held="0.00000000")


def _freeze(story: Storyteller, purse: str, *, guest: str, till: str, host: str) -> None:
    path = f"/accounts/wallets/{purse}"
    story.ask(
        "The guest's phone was stolen: the wallet is frozen.",
        f"POST {path}/freeze",
        {"reason": "The owner's phone was stolen"},
    )
    refused = story.ask(
        "Nothing leaves it any more, not even for its owner.",
        "POST /transactions/transfers",
        {
            "senderWalletId": purse,
            "senderUserId": guest,
            "recipientWalletId": till,
            "recipientUserId": host,
            "amount": "1",
            "currency": "USD",
        },
        key=f"thief-{uuid4()}",
        status=422,
    )
    story.expect(refused.body["code"] == "wallet-frozen", "it should be frozen", refused)
    thawed = story.ask(
        "The owner has a new phone.", f"POST {path}/unfreeze", {"reason": "A new phone"}
    )
    story.expect(thawed.body["status"] == "ACTIVE", "it should be active again", thawed)


def _look_at_the_transfers(story: Storyteller, wallet_id: str) -> None:
    story.ask(
        "All of it in one list, refusals too, newest first.",
        f"GET /transactions/transfers?walletId={wallet_id}&limit=20",
    )


def _expect_wallet(story: Storyteller, wallet_id: str, *, balance: str, held: str) -> None:
    wallet = story.ask(
        "The wallet: what can be spent, and what is held.", f"GET /accounts/wallets/{wallet_id}"
    )
    is_so = (wallet.body["balance"], wallet.body["held"]) == (balance, held)
    story.expect(is_so, f"it should have {balance}, and {held} held", wallet)
