"""POST /fx/quote"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from localstack.memory.api import Api
from novapay.domain.money import Currency
from novapay.wiring import fx
from tests.functions.fx.conftest import Desk
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


def test_a_pair_that_the_provider_lacks_is_refused_for_good_and_is_no_failure(
    desk: Desk, printed: Callable[[], Printed]
) -> None:
    for _ in range(6):
        reply = desk.quote(desk.api.bank.new_account(), "CHF")

        assert (reply.status, reply.code) == (422, "fx-pair-unavailable")
        assert reply.body["detail"].startswith("There is no rate from USD to CHF:")
        assert reply.body["retryable"] is False
    assert not desk.api.books().quotes
    metrics = printed().metrics
    assert "fx_rate_failures" not in metrics
    assert metrics["refused_fx_pair_unavailable"] == 6
    assert desk.quote(desk.api.bank.new_account()).status == 201


def test_the_stages_spread_is_kept_of_the_rate(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FX_SPREAD_BPS", "100")

    quote = desk.quote(desk.api.bank.new_account()).body

    assert (quote["rate"], quote["toAmount"]) == ("0.91080000", "1821.60000000")


class TestUnderAKey:
    """The header is optional; with it a quote is made once."""

    def test_the_same_key_gets_the_same_answer(self, desk: Desk) -> None:
        account = desk.api.bank.new_account()
        first = desk.quote(account, amount="2000", key="k")
        desk.api.bank.clock.advance(timedelta(seconds=30))

        again = desk.quote(account, amount="2000.00", key="k")

        assert (again.status, again.text) == (201, first.text)
        assert "idempotent-replayed" not in first.headers
        assert again.headers["idempotent-replayed"] == "true"
        assert len(desk.api.books().quotes) == 1

    def test_another_payload_is_a_conflict(self, desk: Desk) -> None:
        account = desk.api.bank.new_account()
        desk.quote(account, key="k")

        for reply in (
            desk.quote(account, amount="1", key="k"),
            desk.quote(account, "GBP", key="k"),
        ):
            assert (reply.status, reply.code) == (409, "idempotency-key-reused")

    def test_a_refusal_is_the_same_again(self, desk: Desk) -> None:
        account = desk.api.bank.new_account()
        first = desk.quote(account, "CHF", key="k")

        again = desk.quote(account, "CHF", key="k")

        assert (again.status, again.text) == (422, first.text)
        assert again.headers["idempotent-replayed"] == "true"

    def test_an_outage_is_not_kept(self, desk: Desk) -> None:
        account = desk.api.bank.new_account()
        desk.api.call("fx/simulate_provider_down")
        assert desk.quote(account, key="k").status == 503
        desk.api.call("fx/simulate_provider_up")

        assert desk.quote(account, key="k").status == 201

    def test_a_replay_needs_no_provider(self, desk: Desk) -> None:
        account = desk.api.bank.new_account()
        first = desk.quote(account, key="k")
        desk.api.call("fx/simulate_provider_down")

        assert desk.quote(account, key="k").text == first.text

    def test_a_key_that_is_none_is_refused(self, desk: Desk) -> None:
        reply = desk.quote(desk.api.bank.new_account(), key="a, b")

        assert (reply.status, reply.code) == (400, "idempotency-key-invalid")


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
            server.behave(rightly("1.25"))

            reply = desk.quote(api.bank.new_account())
            pound = desk.quote(api.bank.new_account(), "GBP")

        assert (reply.status, reply.body["rate"]) == (201, "0.80000000")
        assert (pound.status, pound.body["rate"]) == (201, "0.68695652")

    @pytest.mark.parametrize(
        ("date", "status"),
        [
            ("2026-04-08", 201),
            ("2026-04-02", 201),
            ("2026-04-09", 503),
            ("2026-04-01", 503),
            ("2099-01-01", 503),
            ("tomorrow", 503),
        ],
    )
    def test_its_own_date_says_whether_it_is_current(
        self,
        desk: Desk,
        monkeypatch: pytest.MonkeyPatch,
        date: str,
        status: int,
    ) -> None:
        with rate_server() as server:
            monkeypatch.setenv("FX_PROVIDER", "http")
            monkeypatch.setenv("FX_BASE_URL", server.url)
            server.behave(rightly(date=date))

            reply = desk.quote(desk.api.bank.new_account())

        assert reply.status == status
        if status == 503:
            assert reply.code == "fx-rate-unavailable"
            assert reply.body["retryable"] is True

    def test_pairs_that_it_lacks_leave_the_circuit_closed(
        self, api: Api, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with rate_server() as server:
            monkeypatch.setenv("FX_PROVIDER", "http")
            monkeypatch.setenv("FX_BASE_URL", server.url)
            replies = [desk.quote(api.bank.new_account(), "CHF") for _ in range(6)]

            quoted = desk.quote(api.bank.new_account())

        assert {reply.code for reply in replies} == {"fx-pair-unavailable"}
        assert quoted.status == 201
        assert server.log == ["/latest?base=EUR"] * 7

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
