"""Where rates come from: a right answer is a rate, and everything else is no rate at all."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from novapay.domain.errors import FxRateUnavailable
from novapay.domain.money import Currency, Rate
from novapay.domain.ports import RateProvider
from novapay.providers.fx_rates import (
    ANSWER_BYTES_MAX,
    FixedRates,
    FrankfurterRates,
    SimulatedOutage,
)
from tests.support.domain import EUR, USD
from tests.support.rate_server import (
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

LOCAL = [Currency(code) for code in ("USD", "EUR", "GBP", "BDT")]


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


def ask(provider: RateProvider) -> Rate:
    """Ask for EUR per USD; whoever keeps us waiting beyond all bounds fails the test."""
    asking = ThreadPoolExecutor(1)
    try:
        return asking.submit(provider.rate, source=USD, target=EUR).result(LONG_S)
    finally:
        asking.shutdown(wait=False)


def assert_unavailable(provider: RateProvider) -> None:
    with pytest.raises(FxRateUnavailable, match="from USD to EUR"):
        ask(provider)


class TestAFixedTable:
    """For local use: the same rates every day."""

    @pytest.mark.parametrize(("source", "target"), [*itertools.permutations(LOCAL, 2)])
    def test_every_direction_has_a_rate(self, source: Currency, target: Currency) -> None:
        there = FixedRates().rate(source=source, target=target)
        back = FixedRates().rate(source=target, target=source)

        assert there.units > 0
        assert there.units * back.units == pytest.approx(10**16, rel=1e-5)

    def test_a_dollar_is_92_cents(self) -> None:
        assert str(FixedRates().rate(source=USD, target=EUR)) == "0.92000000"

    @pytest.mark.parametrize("pair", [("USD", "CHF"), ("CHF", "USD"), ("CHF", "SEK")])
    def test_a_pair_that_is_not_in_it_is_unavailable(self, pair: tuple[str, str]) -> None:
        source, target = (Currency(code) for code in pair)

        with pytest.raises(FxRateUnavailable, match=f"from {source} to {target}"):
            FixedRates().rate(source=source, target=target)


class TestASimulatedOutage:
    """A switch in front of a provider."""

    def test_it_is_looked_at_each_time(self) -> None:
        is_down = False
        provider = SimulatedOutage(FixedRates(), lambda: is_down)
        assert str(ask(provider)) == "0.92000000"

        is_down = True
        assert_unavailable(provider)

        is_down = False
        assert str(ask(provider)) == "0.92000000"


class TestARightAnswer:
    """What the provider says, and not one digit more or less."""

    @pytest.mark.parametrize(
        ("number", "rate"),
        [
            ("0.92", "0.92000000"),
            ("1", "1.00000000"),
            ("121.5", "121.50000000"),
            ("0.123456785", "0.12345678"),
            ("0.123456775", "0.12345678"),
            ("0.1234567750000000000000001", "0.12345678"),
            ("9.2e-1", "0.92000000"),
            ("0.00000001", "0.00000001"),
            ("999999999999.99999999", "999999999999.99999999"),
        ],
    )
    def test_its_number_is_the_rate_to_eight_decimals(
        self, server: RateServer, number: str, rate: str
    ) -> None:
        server.behave(rightly(number))

        assert str(ask(frankfurter(server.url))) == rate

    @pytest.mark.parametrize("slash", ["", "/"])
    def test_it_is_asked_for_one_pair(self, server: RateServer, slash: str) -> None:
        ask(frankfurter(server.url + slash))

        assert server.log == ["/latest?base=USD&symbols=EUR"]

    def test_it_is_asked_anew_for_each_rate(self, server: RateServer) -> None:
        provider = frankfurter(server.url)
        ask(provider)
        server.behave(rightly("0.93"))

        assert str(ask(provider)) == "0.93000000"


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "half a document": b'{"base": "USD", "rates": {"EUR"',
    "a page": b"<html>Sign in to the hotel's network</html>",
    "no text": b"\xff\xfe\xfa",
    "deep nesting": b"[" * 50_000,
    "a list": b"[0.92]",
    "a number": b"0.92",
    "null": b"null",
    "no base": b'{"rates": {"EUR": 0.92}}',
    "another base": b'{"base": "GBP", "rates": {"EUR": 0.92}}',
    "no rates": b'{"base": "USD"}',
    "rates that are none": b'{"base": "USD", "rates": [0.92]}',
    "another pair": b'{"base": "USD", "rates": {"GBP": 0.79}}',
    "a rate for a hundred": b'{"amount": 100, "base": "USD", "rates": {"EUR": 92}}',
    "words for a rate": b'{"base": "USD", "rates": {"EUR": "0.92"}}',
    "true": b'{"base": "USD", "rates": {"EUR": true}}',
    "null for a rate": b'{"base": "USD", "rates": {"EUR": null}}',
    "zero": b'{"base": "USD", "rates": {"EUR": 0}}',
    "nearly zero": b'{"base": "USD", "rates": {"EUR": 0.000000001}}',
    "below zero": b'{"base": "USD", "rates": {"EUR": -0.92}}',
    "NaN": b'{"base": "USD", "rates": {"EUR": NaN}}',
    "infinity": b'{"base": "USD", "rates": {"EUR": Infinity}}',
    "too much": b'{"base": "USD", "rates": {"EUR": 1000000000000}}',
    "far too much": b'{"base": "USD", "rates": {"EUR": 1e999999}}',
    "a very long number": b'{"base": "USD", "rates": {"EUR": ' + b"9" * 5_000 + b"}}",
    "a very long answer": b'{"base": "USD", "rates": {"EUR": 0.92}}' + b" " * ANSWER_BYTES_MAX,
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

    @pytest.mark.parametrize("body", BODIES)
    def test_an_answer_that_is_not_a_rate_gives_no_rate(
        self, server: RateServer, body: str
    ) -> None:
        provider = frankfurter(server.url)
        ask(provider)
        server.behave(with_body(BODIES[body]))

        assert_unavailable(provider)

    @pytest.mark.parametrize("status", STATUSES)
    def test_a_status_other_than_ok_gives_no_rate(self, server: RateServer, status: int) -> None:
        right = b'{"base": "USD", "rates": {"EUR": 0.92}}'
        elsewhere = {"location": f"{server.url}/elsewhere"}
        server.behave(with_body(right, status=status, headers=elsewhere))

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
        server.behave(first_then(with_body(b"", status=503), rightly("0.92")))

        assert str(ask(frankfurter(server.url, retries=1))) == "0.92000000"
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

        server.behave(rightly("0.92"))

        assert_unavailable(provider)

    def test_it_closes_again_when_the_provider_is_well(self, server: RateServer) -> None:
        provider = frankfurter(server.url, breaker_failures=1, breaker_reset_s=0)
        server.behave(with_body(b"", status=500))
        assert_unavailable(provider)

        server.behave(rightly("0.92"))

        assert str(ask(provider)) == "0.92000000"
        assert str(ask(provider)) == "0.92000000"

    def test_it_stays_open_when_the_provider_is_still_ill(self, server: RateServer) -> None:
        provider = frankfurter(server.url, breaker_failures=1, breaker_reset_s=0)
        server.behave(with_body(b"", status=500))

        for _ in range(3):
            assert_unavailable(provider)

        assert len(server.log) == 3

    @pytest.mark.parametrize(
        "manner",
        [with_body(b"", status=404), with_body(b'{"base": "USD", "rates": {}}')],
        ids=["404", "without the pair"],
    )
    def test_a_pair_that_the_provider_lacks_does_not_open_it(
        self, server: RateServer, manner: Manner
    ) -> None:
        provider = frankfurter(server.url, breaker_failures=1)
        server.behave(manner)
        assert_unavailable(provider)

        server.behave(rightly("0.92"))

        assert str(ask(provider)) == "0.92000000"

    def test_a_success_in_between_starts_the_count_again(self, server: RateServer) -> None:
        provider = frankfurter(server.url, breaker_failures=2)
        for _ in range(3):
            server.behave(with_body(b"", status=500))
            assert_unavailable(provider)
            server.behave(rightly("0.92"))
            assert str(ask(provider)) == "0.92000000"


def first_then(first: Manner, then: Manner) -> Manner:
    manners = itertools.chain([first], itertools.repeat(then))

    def manner(asked: Asked) -> None:
        next(manners)(asked)

    return manner
