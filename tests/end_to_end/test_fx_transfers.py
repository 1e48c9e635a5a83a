"""Money goes from one currency into another at a locked rate."""

from collections import Counter

import pytest

from localstack.memory.intruder import Intruder
from tests.support.client import Client, new_id
from tests.support.rivals import at_once

LONG_AGO = "2026-04-07T10:00:00.000000Z"


def test_an_fx_transfer_is_two_entries_at_the_locked_rate(client: Client) -> None:
    sender, recipient = client.open_wallet(holding="5000"), client.open_wallet("EUR")
    quote = client.quote(sender, "EUR", "2000").body

    sent = client.transfer(sender, recipient, "2000", fxQuoteId=quote["id"])

    assert sent.status == 201
    assert (sent.body["fxRate"], sent.body["amount"]) == ("0.92000000", "2000")
    assert sent.body["senderBalance"] == client.balance(sender) == "3000.00000000"
    assert client.balance(recipient) == quote["toAmount"] == "1840.00000000"
    debit, credit = client.send(f"GET /ledger/transactions/{sent.body['transactionId']}").body
    assert (debit["entryType"], debit["amount"], debit["currency"]) == (
        "DEBIT",
        "2000.00000000",
        "USD",
    )
    assert (credit["entryType"], credit["amount"], credit["currency"]) == (
        "CREDIT",
        "1840.00000000",
        "EUR",
    )
    assert debit["lockedFxRate"] == credit["lockedFxRate"] == "0.92000000"
    assert client.chain(sender)["valid"] is client.chain(recipient)["valid"] is True


def test_the_house_stands_across_from_both_sides_and_verifies(client: Client) -> None:
    sender, recipient = client.open_wallet("GBP", holding="10"), client.open_wallet("BDT")
    quote = client.quote(sender, "BDT", "10").body
    transaction_id = client.transfer(sender, recipient, "10", fxQuoteId=quote["id"]).body[
        "transactionId"
    ]

    transfer = client.send(f"GET /transactions/transfers/{transaction_id}").body

    house_id = transfer["linkedTransactionId"]
    house = client.send(f"GET /transactions/transfers/{house_id}").body
    assert (transfer["type"], house["type"]) == ("transfer", "fx_house")
    assert house["linkedTransactionId"] == transaction_id
    assert transfer["fxQuoteId"] == house["fxQuoteId"] == quote["id"]
    assert transfer["fxRate"] == house["fxRate"] == quote["rate"]
    taken, paid = client.send(f"GET /ledger/transactions/{house_id}").body
    assert (taken["entryType"], taken["amount"], taken["currency"]) == (
        "CREDIT",
        "10.00000000",
        "GBP",
    )
    assert (paid["entryType"], paid["amount"], paid["currency"]) == (
        "DEBIT",
        quote["toAmount"],
        "BDT",
    )
    assert client.verify(transaction_id) == client.verify(house_id) == {"balanced": True}


def test_a_quote_is_refused_a_second_time_and_its_first_key_replayed(client: Client) -> None:
    sender, recipient = client.open_wallet(holding="100"), client.open_wallet("EUR")
    quote_id, key = client.quote(sender, "EUR", "10").body["id"], new_id()
    first = client.transfer(sender, recipient, "10", key=key, fxQuoteId=quote_id)

    second = client.transfer(sender, recipient, "10", fxQuoteId=quote_id)
    replayed = client.transfer(sender, recipient, "10", key=key, fxQuoteId=quote_id)

    assert (second.status, second.code) == (409, "fx-quote-used")
    assert (replayed.status, replayed.body, replayed.is_replay) == (201, first.body, True)
    assert client.balance(recipient) == "9.20000000"
    used = client.send(f"GET /fx/quote/{quote_id}").body
    assert (used["status"], used["secondsRemaining"]) == ("USED", 0)
    assert used["usedAt"]


def test_a_used_quotes_refusal_is_replayed_too(client: Client) -> None:
    sender, recipient = client.open_wallet(holding="100"), client.open_wallet("EUR")
    quote_id, key = client.quote(sender, "EUR", "10").body["id"], new_id()
    client.transfer(sender, recipient, "10", fxQuoteId=quote_id)

    refused = client.transfer(sender, recipient, "10", key=key, fxQuoteId=quote_id)
    again = client.transfer(sender, recipient, "10", key=key, fxQuoteId=quote_id)

    assert (again.status, again.body, again.is_replay) == (409, refused.body, True)


def test_ten_transfers_at_once_on_one_quote_move_the_money_once(client: Client) -> None:
    sender, recipient = client.open_wallet(holding="1000"), client.open_wallet("EUR")
    quote_id = client.quote(sender, "EUR", "10").body["id"]

    replies = at_once([lambda: client.transfer(sender, recipient, "10", fxQuoteId=quote_id)] * 10)

    outcomes = Counter((reply.status, reply.code) for reply in replies)
    assert outcomes == {(201, "ok"): 1, (409, "fx-quote-used"): 9}
    assert client.balance(sender) == "990.00000000"
    assert client.balance(recipient) == "9.20000000"


def test_an_expired_quote_is_gone(client: Client, intruder: Intruder) -> None:
    sender, recipient = client.open_wallet(holding="100"), client.open_wallet("EUR")
    quote_id, key = client.quote(sender, "EUR", "10").body["id"], new_id()
    intruder.change("quotes", quote_id, expiresAt=LONG_AGO)

    late = client.transfer(sender, recipient, "10", key=key, fxQuoteId=quote_id)

    assert (late.status, late.code) == (410, "fx-quote-expired")
    expired = client.send(f"GET /fx/quote/{quote_id}").body
    assert (expired["status"], expired["secondsRemaining"]) == ("EXPIRED", 0)
    assert client.transfer(sender, recipient, "10", key=key, fxQuoteId=quote_id).is_replay
    assert client.balance(sender) == "100.00000000"


def test_a_quote_of_another_user_amount_or_currency_is_refused_and_stays_active(
    client: Client,
) -> None:
    sender, recipient = client.open_wallet(holding="100"), client.open_wallet("EUR")
    other, pounds = client.open_wallet(holding="100"), client.open_wallet("GBP")
    quote_id = client.quote(sender, "EUR", "10").body["id"]

    replies = {
        "fx-quote-user-mismatch": client.transfer(other, recipient, "10", fxQuoteId=quote_id),
        "fx-quote-amount-mismatch": client.transfer(sender, recipient, "11", fxQuoteId=quote_id),
        "fx-quote-currency-mismatch": client.transfer(sender, pounds, "10", fxQuoteId=quote_id),
    }

    for code, reply in replies.items():
        assert (reply.status, reply.code) == (422, code)
        assert quote_id in reply.body["detail"]
    assert client.send(f"GET /fx/quote/{quote_id}").body["status"] == "ACTIVE"
    assert client.transfer(sender, recipient, "10.0", fxQuoteId=quote_id).status == 201


def test_a_transfer_refused_for_want_of_funds_leaves_the_quote_active(client: Client) -> None:
    sender, recipient = client.open_wallet(holding="9"), client.open_wallet("EUR")
    quote_id = client.quote(sender, "EUR", "10").body["id"]

    refused = client.transfer(sender, recipient, "10", fxQuoteId=quote_id)

    assert (refused.status, refused.code) == (422, "insufficient-funds")
    assert client.send(f"GET /fx/quote/{quote_id}").body["status"] == "ACTIVE"
    client.adjust(sender, "credit", "1")
    assert client.transfer(sender, recipient, "10", fxQuoteId=quote_id).status == 201


def test_between_currencies_a_quote_is_required(client: Client) -> None:
    sender, recipient = client.open_wallet(holding="10"), client.open_wallet("EUR")

    refused = client.transfer(sender, recipient, "10")

    assert (refused.status, refused.code) == (422, "fx-quote-required")
    assert "POST /fx/quote" in refused.body["detail"]


def test_a_quote_that_nobody_made_is_not_found_and_its_key_is_free(client: Client) -> None:
    sender, recipient, key = client.open_wallet(holding="10"), client.open_wallet("EUR"), new_id()

    unknown = client.transfer(sender, recipient, "10", key=key, fxQuoteId=new_id())

    assert (unknown.status, unknown.code) == (404, "fx-quote-not-found")
    quote_id = client.quote(sender, "EUR", "10").body["id"]
    assert client.transfer(sender, recipient, "10", key=key, fxQuoteId=quote_id).status == 201


@pytest.mark.parametrize("target", ["USD", "EUR", "GBP"])
@pytest.mark.parametrize("amount", ["0.00000082", "333.33333333", "0.1"])
def test_what_is_rounded_once_still_verifies(client: Client, target: str, amount: str) -> None:
    sender, recipient = client.open_wallet("BDT", holding=amount), client.open_wallet(target)
    quote = client.quote(sender, target, amount)

    if quote.status == 422:
        assert quote.code == "fx-amount-too-small"
        return
    sent = client.transfer(sender, recipient, amount, fxQuoteId=quote.body["id"])

    assert client.balance(recipient) == quote.body["toAmount"]
    assert client.verify(sent.body["transactionId"]) == {"balanced": True}
