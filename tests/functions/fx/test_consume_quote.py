"""POST /fx/quote/{quoteId}/consume"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from localstack.memory.bank import EUR
from tests.functions.fx.conftest import Desk
from tests.support.domain import id_of
from tests.support.printed import Printed

OPERATION = "fx/consume_quote"
TRANSACTION = id_of("a transaction")


def test_the_quote_is_used_up_by_the_transaction(desk: Desk) -> None:
    quote = desk.quote(desk.api.bank.new_account()).body
    desk.api.bank.clock.advance(timedelta(seconds=59, milliseconds=999))

    reply = desk.consume(quote["id"], TRANSACTION)

    assert reply.status == 200
    assert reply.body == {
        "id": quote["id"],
        "rate": "0.92000000",
        "toAmount": "1840.00000000",
        "usedAt": "2026-04-07T10:00:59.999000Z",
        "usedByTransactionId": TRANSACTION,
    }
    assert desk.look_at(quote["id"]).body["status"] == "USED"


@pytest.mark.parametrize("again", [TRANSACTION, TRANSACTION.upper()])
def test_the_same_transaction_gets_the_same_answer_again(desk: Desk, again: str) -> None:
    quote_id = desk.quote(desk.api.bank.new_account()).body["id"]
    first = desk.consume(quote_id, TRANSACTION)
    desk.api.bank.clock.advance(timedelta(minutes=5))

    reply = desk.consume(quote_id, again)

    assert (reply.status, reply.body) == (200, first.body)


def test_another_transaction_is_refused(desk: Desk) -> None:
    quote_id = desk.quote(desk.api.bank.new_account()).body["id"]
    desk.consume(quote_id, TRANSACTION)

    reply = desk.consume(quote_id, id_of("another transaction"))

    assert (reply.status, reply.code) == (409, "fx-quote-used")
    assert reply.body["retryable"] is False


@pytest.mark.parametrize("seconds", [60.0, 60.001])
def test_after_sixty_seconds_it_is_gone(desk: Desk, seconds: float) -> None:
    quote_id = desk.quote(desk.api.bank.new_account()).body["id"]
    desk.api.bank.clock.advance(timedelta(seconds=seconds))

    reply = desk.consume(quote_id, TRANSACTION)

    assert (reply.status, reply.code) == (410, "fx-quote-expired")


def test_a_transfer_cannot_use_what_was_consumed(desk: Desk) -> None:
    bank = desk.api.bank
    sender, recipient = bank.account(holding="10"), bank.account(EUR)
    quote = bank.quote(sender, EUR, "10")

    desk.consume(quote.quote_id, TRANSACTION)

    told = bank.transfer(sender, recipient, "10", key="k", fx_quote_id=quote.quote_id)
    assert told.code == "fx-quote-used"


def test_an_unknown_one_is_not_found(desk: Desk) -> None:
    reply = desk.api.call(OPERATION)

    assert (reply.status, reply.code) == (404, "fx-quote-not-found")


@pytest.mark.parametrize("transaction_id", ["", "mine", 7, None])
def test_a_transaction_that_cannot_be_is_pointed_at(desk: Desk, transaction_id: object) -> None:
    quote_id = desk.quote(desk.api.bank.new_account()).body["id"]

    reply = desk.consume(quote_id, transaction_id)

    assert (reply.status, reply.pointers) == (400, ["/transactionId"])
    assert desk.look_at(quote_id).body["status"] == "ACTIVE"


def test_it_is_counted(desk: Desk, printed: Callable[[], Printed]) -> None:
    quote_id = desk.quote(desk.api.bank.new_account()).body["id"]

    desk.consume(quote_id, TRANSACTION)
    desk.consume(quote_id, TRANSACTION)

    assert printed().metrics["quotes_consumed"] == 1
