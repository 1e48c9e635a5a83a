"""POST /fx/quote"""

from collections.abc import Callable

import pytest

from novapay.domain.money import Currency
from novapay.wiring import fx
from tests.functions.fx.conftest import Desk
from tests.support.api import Api
from tests.support.printed import Printed
from tests.support.rate_server import rate_server, rightly, with_body

OPERATION = "fx/create_quote"


def test_a_quote_locks_the_rate_for_sixty_seconds(desk: Desk) -> None:
    account = desk.api.bank.new_account()

    reply = desk.quote(account)

    assert reply.status == 201
    assert reply.body == {
        "id": reply.body["id"],
        "userId": account.user_id,
        "fromCurrency": "USD",
        "toCurrency": "EUR",
        "rate": "0.92000000",
        "fromAmount": "2000.00000000",
        "toAmount": "1840.00000000",
        "expiresAt": "2026-04-07T10:01:00.000000Z",
        "secondsRemaining": 60,
        "status": "ACTIVE",
        "usedAt": None,
    }
    assert list(desk.api.books().quotes) == [reply.body["id"]]


def test_the_sample_event_is_answered(desk: Desk) -> None:
    assert desk.api.call(OPERATION).status == 201


def test_each_request_is_another_quote(desk: Desk) -> None:
    account = desk.api.bank.new_account()

    assert desk.quote(account).body["id"] != desk.quote(account).body["id"]


def test_a_pair_that_the_provider_lacks_is_unavailable_and_nothing_is_stored(
    desk: Desk, printed: Callable[[], Printed]
) -> None:
    reply = desk.quote(desk.api.bank.new_account(), "CHF")

    assert (reply.status, reply.code) == (503, "fx-rate-unavailable")
    assert reply.body["retryable"] is True
    assert not desk.api.books().quotes
    assert printed().metrics["fx_rate_failures"] == 1


def test_what_rounds_to_nothing_is_refused(desk: Desk) -> None:
    reply = desk.quote(desk.api.bank.new_account(Currency("BDT")), "EUR", "0.00000001")

    assert (reply.status, reply.code) == (422, "fx-amount-too-small")


def test_a_quote_is_counted(desk: Desk, printed: Callable[[], Printed]) -> None:
    desk.quote(desk.api.bank.new_account())

    assert printed().metrics["quotes_created"] == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"fromCurrency": "usd"}, "/fromCurrency"),
        ({"toCurrency": "XXXX"}, "/toCurrency"),
        ({"toCurrency": None}, "/toCurrency"),
        ({"fromAmount": 2000}, "/fromAmount"),
        ({"fromAmount": "1e3"}, "/fromAmount"),
        ({"fromAmount": "-1"}, "/fromAmount"),
        ({"userId": "me"}, "/userId"),
        ({"rate": "1.5"}, "/rate"),
    ],
)
def test_a_fault_is_pointed_at(desk: Desk, change: dict[str, object], pointer: str) -> None:
    body = {"fromCurrency": "USD", "toCurrency": "EUR", "fromAmount": "1"}
    user_id = desk.api.bank.new_id()

    reply = desk.api.call(OPERATION, body={**body, "userId": user_id, **change})

    assert (reply.status, reply.code) == (400, "invalid-request")
    assert reply.pointers == [pointer]
    assert not desk.api.books().quotes


def test_one_currency_is_not_a_pair(desk: Desk) -> None:
    reply = desk.quote(desk.api.bank.new_account(), "USD")

    assert (reply.status, reply.code) == (400, "invalid-request")


class TestOverHttp:
    """The provider that stages outside this machine have."""

    def test_its_rate_is_the_quotes(
        self, api: Api, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with rate_server() as server:
            monkeypatch.setenv("FX_PROVIDER", "http")
            monkeypatch.setenv("FX_BASE_URL", server.url)
            server.behave(rightly("0.93"))

            reply = desk.quote(api.bank.new_account())

        assert (reply.status, reply.body["rate"]) == (201, "0.93000000")

    def test_without_its_answer_there_is_no_quote(
        self, api: Api, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        account = api.bank.new_account()
        with rate_server() as server:
            monkeypatch.setenv("FX_PROVIDER", "http")
            monkeypatch.setenv("FX_BASE_URL", server.url)
            assert desk.quote(account).status == 201
            server.behave(with_body(b"<html>", status=502))

            reply = desk.quote(account)

        assert (reply.status, reply.code) == (503, "fx-rate-unavailable")
        assert len(api.books().quotes) == 1

    def test_a_provider_that_there_is_not_is_our_fault(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FX_PROVIDER", "guesswork")
        fx.rate_provider.cache_clear()

        reply = desk.quote(desk.api.bank.new_account())

        assert (reply.status, reply.code) == (500, "internal-error")
