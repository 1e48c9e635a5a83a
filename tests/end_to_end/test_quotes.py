"""A rate is locked for a minute and one use."""

from datetime import UTC, datetime, timedelta

import pytest

from localstack.memory.intruder import Intruder
from tests.support.client import Client, Holder, new_id

ANYBODY = Holder(new_id(), new_id(), "USD")
LONG_AGO = "2026-04-07T10:00:00.000000Z"


def test_a_quote_says_what_it_locks_and_for_how_long(client: Client) -> None:
    before = datetime.now(UTC)

    quoted = client.quote(ANYBODY, "EUR", "2000")

    after = datetime.now(UTC)
    quote = quoted.body
    assert quoted.status == 201
    assert quote == {
        "id": quote["id"],
        "userId": ANYBODY.user_id,
        "fromCurrency": "USD",
        "toCurrency": "EUR",
        "rate": "0.92000000",
        "fromAmount": "2000.00000000",
        "toAmount": "1840.00000000",
        "expiresAt": quote["expiresAt"],
        "secondsRemaining": 60,
        "status": "ACTIVE",
        "usedAt": None,
    }
    locked_at = datetime.fromisoformat(quote["expiresAt"]) - timedelta(seconds=60)
    assert before <= locked_at <= after


def test_a_quote_looked_at_again_has_less_time(client: Client) -> None:
    quote = client.quote(ANYBODY, "EUR", "10").body

    seen = client.send(f"GET /fx/quote/{quote['id']}")

    assert seen.status == 200
    assert 0 < seen.body["secondsRemaining"] < 60
    assert seen.body == {**quote, "secondsRemaining": seen.body["secondsRemaining"]}


@pytest.mark.parametrize("source", ["USD", "EUR", "GBP", "BDT"])
@pytest.mark.parametrize("target", ["USD", "EUR", "GBP", "BDT"])
def test_every_direction_has_a_rate(client: Client, source: str, target: str) -> None:
    holder = Holder(new_id(), new_id(), source)

    quoted = client.quote(holder, target, "100")

    if source == target:
        assert (quoted.status, quoted.code) == (400, "invalid-request")
    else:
        assert quoted.status == 201
        assert float(quoted.body["rate"]) > 0


def test_a_quote_is_consumed_once(client: Client) -> None:
    quote, transaction_id = client.quote(ANYBODY, "EUR", "10").body, new_id()
    consume = f"POST /fx/quote/{quote['id']}/consume"

    consumed = client.send(consume, {"transactionId": transaction_id})

    assert consumed.status == 200
    assert consumed.body == {
        "id": quote["id"],
        "rate": quote["rate"],
        "toAmount": quote["toAmount"],
        "usedAt": consumed.body["usedAt"],
        "usedByTransactionId": transaction_id,
    }
    again = client.send(consume, {"transactionId": transaction_id})
    assert (again.status, again.body) == (200, consumed.body)
    other = client.send(consume, {"transactionId": new_id()})
    assert (other.status, other.code) == (409, "fx-quote-used")
    seen = client.send(f"GET /fx/quote/{quote['id']}").body
    assert (seen["status"], seen["usedAt"]) == ("USED", consumed.body["usedAt"])


def test_an_expired_quote_cannot_be_consumed(client: Client, intruder: Intruder) -> None:
    quote_id = client.quote(ANYBODY, "EUR", "10").body["id"]
    intruder.change("quotes", quote_id, expiresAt=LONG_AGO)

    late = client.send(f"POST /fx/quote/{quote_id}/consume", {"transactionId": new_id()})

    assert (late.status, late.code) == (410, "fx-quote-expired")


def test_a_quote_that_nobody_made_is_not_found(client: Client) -> None:
    unknown = client.send(f"GET /fx/quote/{new_id()}")
    consumed = client.send(f"POST /fx/quote/{new_id()}/consume", {"transactionId": new_id()})

    for reply in (unknown, consumed):
        assert (reply.status, reply.code) == (404, "fx-quote-not-found")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"fromAmount": "0"}, "/fromAmount"),
        ({"fromAmount": 10}, "/fromAmount"),
        ({"toCurrency": "EURO"}, "/toCurrency"),
        ({"userId": "me"}, "/userId"),
        ({"rate": "2"}, "/rate"),
    ],
)
def test_a_malformed_quote_request_is_told_where(
    client: Client, change: dict[str, object], pointer: str
) -> None:
    order = {"fromCurrency": "USD", "toCurrency": "EUR", "fromAmount": "1", "userId": new_id()}

    refused = client.send("POST /fx/quote", {**order, **change})

    assert (refused.status, refused.code) == (400, "invalid-request")
    assert [error["pointer"] for error in refused.body["errors"]] == [pointer]


def test_what_would_round_to_nothing_is_not_quoted(client: Client) -> None:
    refused = client.quote(Holder(new_id(), new_id(), "BDT"), "USD", "0.00000001")

    assert (refused.status, refused.code) == (422, "fx-amount-too-small")
