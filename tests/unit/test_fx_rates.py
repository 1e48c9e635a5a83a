"""Where rates come from: a right answer is a table, and everything else is no rate at all."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest

from novapay.domain.errors import FxPairUnavailable, FxRateUnavailable
from novapay.domain.money import Currency
from novapay.domain.ports import RateProvider
from novapay.domain.rates import RateTable
from novapay.providers.fx_rates import (
    ANSWER_BYTES_MAX,
    FixedRates,
    FrankfurterRates,
    SimulatedOutage,
)
from tests.support.domain import EUR, USD
from tests.support.rate_server import (
    A_EURO_IN_DOLLARS,
    Asked,
    Manner,
    RateServer,
    dead_url,
    dripping,
    dripping_headers,
    hanging_up,
    late,
    rate_server,
    rightly,
    with_body,
)

TIMEOUT_S = 10.0
"""Enough for a provider that answers, however busy this machine is."""

SHORT_TIMEOUT_S = 0.25
"""For a provider that does not answer."""

LONG_S = 30.0
"""Many times what an answer may take; a test ends as soon as it was not waited for."""

LOCAL = [Currency(code) for code in ("USD", "EUR", "GBP", "BDT", "INR", "JPY")]


@pytest.fixture
def server() -> Iterator[RateServer]:
    with rate_server() as running:
        yield running


def frankfurter(
    url: str,
    *,
    timeout_s: float = TIMEOUT_S,
    retries: int = 0,
    breaker_failures: int = 100,
    breaker_reset_s: float = 60,
) -> FrankfurterRates:
    return FrankfurterRates(
        url,
        timeout_s=timeout_s,
        retries=retries,
        breaker_failures=breaker_failures,
        breaker_reset_s=breaker_reset_s,
    )


def ask(provider: RateProvider) -> RateTable:
    """Ask for the table; whoever keeps us waiting beyond all bounds fails the test."""
    asking = ThreadPoolExecutor(1)
    try:
        return asking.submit(provider.table).result(LONG_S)
    finally:
        asking.shutdown(wait=False)


def a_euro_in_dollars(provider: RateProvider) -> str:
    """Ask, and return how many dollars the provider says."""
    return str(ask(provider).per_base[USD])


def assert_unavailable(provider: RateProvider) -> None:
    with pytest.raises(FxRateUnavailable, match="no exchange rates at the moment"):
        ask(provider)


class TestAFixedTable:
    """For local use: the same rates every day."""

    @pytest.mark.parametrize(("source", "target"), [*itertools.permutations(LOCAL, 2)])
    def test_every_direction_has_a_rate(self, source: Currency, target: Currency) -> None:
        table = FixedRates().table()
        there = table.rate(source=source, target=target, spread_bps=0)
        back = table.rate(source=target, target=source, spread_bps=0)

        assert there.units > 0
        assert there.units * back.units == pytest.approx(10**16, rel=1e-5)
        assert there.units * back.units <= 10**16

    @pytest.mark.parametrize(
        ("target", "rate"),
        [
            ("EUR", "0.92000000"),
            ("GBP", "0.79000000"),
            ("BDT", "121.50000000"),
            ("INR", "84.10000000"),
            ("JPY", "151.20000000"),
        ],
    )
    def test_a_dollar_has_round_prices(self, target: str, rate: str) -> None:
        table = FixedRates().table()

        assert str(table.rate(source=USD, target=Currency(target), spread_bps=0)) == rate


class TestASimulatedOutage:
    """A switch in front of a provider."""

    def test_it_is_looked_at_each_time(self) -> None:
        is_down = False
        provider = SimulatedOutage(FixedRates(), lambda: is_down)
        assert ask(provider) == FixedRates().table()

        is_down = True
        assert_unavailable(provider)

        is_down = False
        assert ask(provider) == FixedRates().table()


class TestARightAnswer:
    """What the provider says, and not one digit more or less."""

    @pytest.mark.parametrize(
        "number",
        [
            "1.0869",
            "1",
            "121.5",
            "0.1234567750000000000000001",
            "9.2e-1",
            "0.00000001",
            "0.000000001",
            "999999999999.99999999",
            "1000000000000",
        ],
    )
    def test_its_numbers_are_the_table(self, server: RateServer, number: str) -> None:
        server.behave(rightly(number))

        table = ask(frankfurter(server.url))

        assert table.base == EUR
        assert table.per_base == {"GBP": Decimal("0.85869566"), "USD": Decimal(number)}
        assert table.published_on == date(2026, 4, 7)

    @pytest.mark.parametrize("slash", ["", "/"])
    def test_it_is_asked_for_the_whole_table_of_the_euro(
        self, server: RateServer, slash: str
    ) -> None:
        ask(frankfurter(server.url + slash))

        assert server.log == ["/latest?base=EUR"]

    def test_it_is_asked_anew_for_each_table(self, server: RateServer) -> None:
        provider = frankfurter(server.url)
        ask(provider)
        server.behave(rightly("1.2"))

        assert a_euro_in_dollars(provider) == "1.2"


def body(
    rates: bytes = b'{"USD": 1.08}', head: bytes = b'"date": "2026-04-07", "base": "EUR"'
) -> bytes:
    """Return an answer with these rates."""
    return b"{" + head + b', "rates": ' + rates + b"}"


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "half a document": b'{"base": "EUR", "rates": {"USD"',
    "a page": b"<html>Sign in to the hotel's network</html>",
    "no text": b"\xff\xfe\xfa",
    "deep nesting": b"[" * 50_000,
    "a list": b"[1.08]",
    "a number": b"1.08",
    "null": b"null",
    "no base": body(head=b'"date": "2026-04-07"'),
    "another base": body(head=b'"date": "2026-04-07", "base": "USD"'),
    "no rates": b'{"date": "2026-04-07", "base": "EUR"}',
    "rates that are none": body(b"[1.08]"),
    "an empty table": body(b"{}"),
    "rates for a hundred": body(head=b'"amount": 100, "date": "2026-04-07", "base": "EUR"'),
    "no date": body(head=b'"base": "EUR"'),
    "null for a date": body(head=b'"date": null, "base": "EUR"'),
    "a number for a date": body(head=b'"date": 20260407, "base": "EUR"'),
    "words for a date": body(head=b'"date": "today", "base": "EUR"'),
    "a day that is none": body(head=b'"date": "2026-02-30", "base": "EUR"'),
    "a date without dashes": body(head=b'"date": "20260407", "base": "EUR"'),
    "a week for a date": body(head=b'"date": "2026-W15-2", "base": "EUR"'),
    "an instant for a date": body(head=b'"date": "2026-04-07T00:00:00Z", "base": "EUR"'),
    "a date and a line": body(head=b'"date": "2026-04-07\\n", "base": "EUR"'),
    "words for a rate": body(b'{"USD": "1.08"}'),
    "true": body(b'{"USD": true}'),
    "null for a rate": body(b'{"USD": null}'),
    "zero": body(b'{"USD": 0}'),
    "below zero": body(b'{"USD": -1.08}'),
    "NaN": body(b'{"USD": NaN}'),
    "infinity": body(b'{"USD": Infinity}'),
    "far too much": body(b'{"USD": 1e999999}'),
    "far too little": body(b'{"USD": 1e-999999}'),
    "an exponent that no number has": body(b'{"USD": 1e9999999999999999999999}'),
    "a very long number": body(b'{"USD": ' + b"9" * 5_000 + b"}"),
    "one good rate and one that is none": body(b'{"USD": 1.08, "JPY": null}'),
    "two prices for a dollar": body(b'{"USD": 1.08, "USD": 1.09}'),
    "a euro that is not a euro": body(b'{"USD": 1.08, "EUR": 1.01}'),
    "a very long answer": body() + b" " * ANSWER_BYTES_MAX,
}

STATUSES = [204, 301, 302, 400, 401, 403, 404, 418, 429, 500, 502, 503, 504]

SILENCES: dict[str, Manner] = {
    "a silence": late(LONG_S * 2),
    "a body that drips": dripping(SHORT_TIMEOUT_S / 10),
    "headers that drip": dripping_headers(SHORT_TIMEOUT_S / 10),
    "a line that goes dead": hanging_up,
}


class TestNoRate:
    """Down, slow, wrong or garbled: unavailable, whatever was known before."""

    @pytest.mark.parametrize("wrong", BODIES)
    def test_an_answer_that_is_not_a_table_gives_no_rate(
        self, server: RateServer, wrong: str
    ) -> None:
        provider = frankfurter(server.url)
        ask(provider)
        server.behave(with_body(BODIES[wrong]))

        assert_unavailable(provider)

    @pytest.mark.parametrize("status", STATUSES)
    def test_a_status_other_than_ok_gives_no_rate(self, server: RateServer, status: int) -> None:
        elsewhere = {"location": f"{server.url}/elsewhere"}
        server.behave(with_body(body(), status=status, headers=elsewhere))

        assert_unavailable(frankfurter(server.url))
        assert len(server.log) == 1

    @pytest.mark.parametrize("silence", SILENCES)
    def test_an_answer_that_does_not_come_gives_no_rate(
        self, server: RateServer, silence: str
    ) -> None:
        server.behave(SILENCES[silence])

        assert_unavailable(frankfurter(server.url, timeout_s=SHORT_TIMEOUT_S))

    def test_nobody_at_the_address_gives_no_rate(self) -> None:
        assert_unavailable(frankfurter(dead_url()))
        assert_unavailable(frankfurter(dead_url(), retries=2))


class TestRetries:
    """A failed attempt is repeated, a bounded number of times, without long waits."""

    def test_a_passing_fault_is_got_over(self, server: RateServer) -> None:
        server.behave(first_then(with_body(b"", status=503), rightly()))

        assert a_euro_in_dollars(frankfurter(server.url, retries=1)) == A_EURO_IN_DOLLARS
        assert len(server.log) == 2

    def test_a_lasting_fault_is_not_repeated_for_ever(self, server: RateServer) -> None:
        server.behave(with_body(b"", status=503))

        assert_unavailable(frankfurter(server.url, retries=2))
        assert len(server.log) == 3

    @pytest.mark.parametrize("status", [429, 503])
    def test_nobody_waits_as_long_as_the_provider_would_like(
        self, server: RateServer, status: int
    ) -> None:
        server.behave(with_body(b"", status=status, headers={"retry-after": "3600"}))

        assert_unavailable(frankfurter(server.url, retries=1))

    def test_a_right_no_is_not_repeated(self, server: RateServer) -> None:
        server.behave(with_body(b'{"message": "not found"}', status=404))

        assert_unavailable(frankfurter(server.url, retries=2))
        assert len(server.log) == 1


class TestTheCircuit:
    """After so many failures in a row nobody asks for a while; then one asks again."""

    def test_it_opens_and_spares_the_provider(self, server: RateServer) -> None:
        provider = frankfurter(server.url, breaker_failures=3)
        server.behave(with_body(b"", status=500))
        for _ in range(5):
            assert_unavailable(provider)

        assert len(server.log) == 3

    def test_while_it_is_open_no_earlier_rate_is_given(self, server: RateServer) -> None:
        provider = frankfurter(server.url, breaker_failures=1)
        ask(provider)
        server.behave(with_body(b"", status=500))
        assert_unavailable(provider)

        server.behave(rightly())

        assert_unavailable(provider)

    def test_it_closes_again_when_the_provider_is_well(self, server: RateServer) -> None:
        provider = frankfurter(server.url, breaker_failures=1, breaker_reset_s=0)
        server.behave(with_body(b"", status=500))
        assert_unavailable(provider)

        server.behave(rightly())

        assert a_euro_in_dollars(provider) == A_EURO_IN_DOLLARS
        assert a_euro_in_dollars(provider) == A_EURO_IN_DOLLARS

    def test_it_stays_open_when_the_provider_is_still_ill(self, server: RateServer) -> None:
        provider = frankfurter(server.url, breaker_failures=1, breaker_reset_s=0)
        server.behave(with_body(b"", status=500))

        for _ in range(3):
            assert_unavailable(provider)

        assert len(server.log) == 3

    @pytest.mark.parametrize(
        "manner",
        [with_body(b"", status=404), with_body(body(b"{}")), with_body(b"<html>")],
        ids=["404", "without rates", "a page"],
    )
    def test_an_answer_that_is_no_table_opens_it(self, server: RateServer, manner: Manner) -> None:
        provider = frankfurter(server.url, breaker_failures=1)
        server.behave(manner)
        assert_unavailable(provider)

        server.behave(rightly())

        assert_unavailable(provider)
        assert len(server.log) == 1

    def test_pairs_that_the_provider_lacks_do_not_open_it(self, server: RateServer) -> None:
        provider = frankfurter(server.url, breaker_failures=1)

        for _ in range(6):
            with pytest.raises(FxPairUnavailable):
                ask(provider).rate(source=USD, target=Currency("CHF"), spread_bps=0)

        assert a_euro_in_dollars(provider) == A_EURO_IN_DOLLARS

    def test_a_success_in_between_starts_the_count_again(self, server: RateServer) -> None:
        provider = frankfurter(server.url, breaker_failures=2)
        for _ in range(3):
            server.behave(with_body(b"", status=500))
            assert_unavailable(provider)
            server.behave(rightly())
            assert a_euro_in_dollars(provider) == A_EURO_IN_DOLLARS


def first_then(first: Manner, then: Manner) -> Manner:
    manners = itertools.chain([first], itertools.repeat(then))

    def manner(asked: Asked) -> None:
        next(manners)(asked)

    return manner
