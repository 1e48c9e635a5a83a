"""GET /fx/quote/{quoteId}"""

from datetime import timedelta

import pytest

from localstack.memory.bank import EUR
from tests.functions.fx.conftest import Desk

OPERATION = "fx/get_quote"


@pytest.mark.parametrize(
    ("seconds", "status", "remaining"),
    [
        (0.0, "ACTIVE", 60),
        (0.5, "ACTIVE", 59),
        (59.999, "ACTIVE", 0),
        (60.0, "EXPIRED", 0),
        (60.001, "EXPIRED", 0),
    ],
)
def test_it_says_what_the_quote_is_good_for_now(
    desk: Desk, seconds: float, status: str, remaining: int
) -> None:
    quote = desk.quote(desk.api.bank.new_account()).body
    desk.api.bank.clock.advance(timedelta(seconds=seconds))

    reply = desk.look_at(quote["id"])

    assert reply.status == 200
    assert reply.body == {**quote, "status": status, "secondsRemaining": remaining}


def test_a_used_quote_says_when(desk: Desk) -> None:
    bank = desk.api.bank
    sender, recipient = bank.account(holding="10"), bank.account(EUR)
    quote = bank.quote(sender, EUR, "10")
    bank.clock.advance(timedelta(seconds=30))
    bank.transfer(sender, recipient, "10", key="k", fx_quote_id=quote.quote_id)
    bank.clock.advance(timedelta(hours=1))

    seen = desk.look_at(quote.quote_id).body

    assert (seen["status"], seen["secondsRemaining"]) == ("USED", 0)
    assert seen["usedAt"] == "2026-04-07T10:00:30.000000Z"


def test_an_unknown_one_is_not_found(desk: Desk) -> None:
    reply = desk.api.call(OPERATION)

    assert (reply.status, reply.code) == (404, "fx-quote-not-found")


@pytest.mark.parametrize("quote_id", ["latest", "simulated-provider-outage", "0" * 36])
def test_what_is_no_uuid_is_a_400(desk: Desk, quote_id: str) -> None:
    reply = desk.look_at(quote_id)

    assert (reply.status, reply.pointers) == (400, ["/path/quoteId"])
