"""Demo: dollars become euros at a locked rate; a quote can be used once."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

from localstack.demo.storyteller import Storyteller

TICK_S = 1
TICKS = ("A second later one second less remains.", "And another second.")
ENTRY_FIELDS = ("entryType", "amount", "currency", "lockedFxRate")


def play(story: Storyteller) -> None:
    """Play this part of the demo.

    Raises:
        LocalFailure: an answer was not as expected.
    """
    story.heading("A locked rate, used once")
    cleo, dario = str(uuid4()), str(uuid4())
    dollars = _open_wallet(story, "Cleo", cleo, "USD")
    euros = _open_wallet(story, "Dario", dario, "EUR")
    deposit = {"amount": "5000", "operation": "credit"}
    story.ask_quietly(f"PATCH /accounts/wallets/{dollars}/balance", deposit)
    quote = _watch_a_quote(story, cleo)
    order = {
        "senderWalletId": dollars,
        "recipientWalletId": euros,
        "senderUserId": cleo,
        "recipientUserId": dario,
        "amount": "2000",
        "currency": "USD",
        "fxQuoteId": quote["id"],
    }
    transaction_id = _exchange(story, order, quote)
    _look_at_both_sides(story, transaction_id, quote)
    _refuse_a_second_use(story, order)
    held = story.ask("Dario's balance.", f"GET /accounts/wallets/{euros}/balance")
    story.expect(held.body["balance"] == quote["toAmount"], "he should have it once", held)


def _open_wallet(story: Storyteller, name: str, user_id: str, currency: str) -> str:
    body = {"userId": user_id, "currency": currency, "accountNumber": f"ACC-{name.upper()}"}
    return str(story.ask_quietly("POST /accounts/wallets", body, status=201).body["id"])


def _watch_a_quote(story: Storyteller, user_id: str) -> dict[str, Any]:
    quoted = story.ask(
        "Cleo has dollars, Dario has a wallet in euros: she asks what 2000 dollars are worth.",
        "POST /fx/quote",
        {"fromCurrency": "USD", "toCurrency": "EUR", "fromAmount": "2000", "userId": user_id},
        status=201,
    )
    quote: dict[str, Any] = quoted.body
    left = quote["secondsRemaining"]
    for sentence in TICKS:
        time.sleep(TICK_S)
        seen = story.ask(sentence, f"GET /fx/quote/{quote['id']}")
        story.expect(seen.body["secondsRemaining"] < left, "less time should remain", seen)
        story.expect(seen.body["rate"] == quote["rate"], "the rate should be locked", seen)
        left = seen.body["secondsRemaining"]
    return quote


def _exchange(story: Storyteller, order: dict[str, Any], quote: dict[str, Any]) -> str:
    sent = story.ask(
        "She sends them in time; the transfer uses the quote.",
        "POST /transactions/transfers",
        order,
        key=f"gift-{uuid4()}",
        status=201,
    )
    story.expect(sent.body["fxRate"] == quote["rate"], "the rate should be the quote's", sent)
    return str(sent.body["transactionId"])


def _look_at_both_sides(story: Storyteller, transaction_id: str, quote: dict[str, Any]) -> None:
    path = f"/ledger/transactions/{transaction_id}"
    entries = story.ask("Two entries, both with the locked rate.", f"GET {path}", show=ENTRY_FIELDS)
    rates = {entry["lockedFxRate"] for entry in entries.body}
    story.expect(rates == {quote["rate"]}, "both entries should have the rate", entries)
    check = story.ask("The credit is the debit at that rate.", f"GET {path}/verify")
    story.expect(check.body["balanced"] is True, "the transfer should balance", check)


def _refuse_a_second_use(story: Storyteller, order: dict[str, Any]) -> None:
    refused = story.ask(
        "The same quote a second time, under another key, moves nothing.",
        "POST /transactions/transfers",
        order,
        key=f"gift-{uuid4()}",
        status=409,
    )
    story.expect(refused.body["code"] == "fx-quote-used", "the quote was used", refused)
