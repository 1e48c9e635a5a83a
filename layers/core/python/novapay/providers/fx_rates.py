"""Where exchange rates come from: the adapters of the port `RateProvider`.

Every failure is FxRateUnavailable. An adapter remembers no rate: a quote is made from an answer
that was given for it, or not at all.
"""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import pybreaker
import urllib3

from novapay.domain.errors import FxRateUnavailable, InvalidAmount
from novapay.domain.money import DECIMALS, Currency, Rate
from novapay.domain.ports import RateProvider

ANSWER_BYTES_MAX = 64 * 1024
OK = 200
NOT_FOUND = 404

_EIGHT_DECIMALS = Decimal(1).scaleb(-DECIMALS)

_UNITS_PER_USD = {
    "USD": Decimal("1"),
    "EUR": Decimal("0.92"),
    "GBP": Decimal("0.79"),
    "BDT": Decimal("121.5"),
    "INR": Decimal("84.1"),
    "JPY": Decimal("151.2"),
}


class FixedRates:
    """A table that never changes, for local use: USD, EUR, GBP, BDT, INR, JPY, all directions."""

    def rate(self, *, source: Currency, target: Currency) -> Rate:
        """Return a rate; see `RateProvider.rate`."""
        if source not in _UNITS_PER_USD or target not in _UNITS_PER_USD:
            raise FxRateUnavailable(source, target)
        return _rate_of(_UNITS_PER_USD[target] / _UNITS_PER_USD[source])


@dataclass(frozen=True, slots=True)
class SimulatedOutage:
    """Another provider, with a switch that takes it down; for simulation stacks only."""

    provider: RateProvider
    is_down: Callable[[], bool]

    def rate(self, *, source: Currency, target: Currency) -> Rate:
        """Return a rate; see `RateProvider.rate`."""
        if self.is_down():
            raise FxRateUnavailable(source, target)
        return self.provider.rate(source=source, target=target)


class FrankfurterRates:
    """ECB reference rates over HTTP, in Frankfurter's JSON (`GET /latest?base=…&symbols=…`)."""

    def __init__(
        self,
        base_url: str,
        *,
        timeout_s: float,
        retries: int,
        breaker_failures: int,
        breaker_reset_s: float,
    ) -> None:
        """Prepare to ask; nothing is connected yet.

        Args:
            base_url: what comes before `/latest`.
            timeout_s: for connecting and for each read, each attempt.
            retries: further attempts after a failed one.
            breaker_failures: so many failures in a row open the circuit.
            breaker_reset_s: so long an open circuit refuses before it tries again.
        """
        self._answer_s_max = 2 * timeout_s * (retries + 1)
        self._url = f"{base_url.rstrip('/')}/latest"
        self._http = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=timeout_s, read=timeout_s),
            retries=urllib3.Retry(
                total=retries,
                backoff_factor=0.1,
                status_forcelist=(500, 502, 503, 504),
                # The provider may name an hour; our client waits for seconds.
                respect_retry_after_header=False,
            ),
        )
        self._askers = ThreadPoolExecutor(thread_name_prefix="fx-rates")
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=breaker_failures, reset_timeout=breaker_reset_s
        )

    def rate(self, *, source: Currency, target: Currency) -> Rate:
        """Return a rate; see `RateProvider.rate`."""
        try:
            answer = self._breaker.call(self._ask, source, target)
            return _rate_in(answer, source, target)
        except (pybreaker.CircuitBreakerError, urllib3.exceptions.HTTPError, _NotUnderstood) as e:
            raise FxRateUnavailable(source, target) from e

    def _ask(self, source: Currency, target: Currency) -> Any:
        """Ask in another thread: a socket's time-out starts anew with every byte that drips in."""
        asked = self._askers.submit(self._answer, source, target)
        try:
            return asked.result(self._answer_s_max)
        except TimeoutError as error:
            raise _NotUnderstood("too slow") from error

    def _answer(self, source: Currency, target: Currency) -> Any:
        response = self._http.request(
            "GET",
            self._url,
            fields={"base": source, "symbols": target},
            headers={"accept": "application/json"},
            preload_content=False,
            redirect=False,
        )
        try:
            body = self._read(response)
        finally:
            response.close()
        if response.status == NOT_FOUND:
            return {}
        if response.status != OK:
            raise _NotUnderstood(f"status {response.status}")
        try:
            return json.loads(body, parse_float=Decimal, parse_int=Decimal)
        except (ValueError, RecursionError) as error:
            raise _NotUnderstood("not JSON") from error

    def _read(self, response: urllib3.BaseHTTPResponse) -> bytes:
        body = b""
        while chunk := response.read1():
            body += chunk
            if len(body) > ANSWER_BYTES_MAX:
                raise _NotUnderstood("too long")
        return body


class _NotUnderstood(Exception):
    """The provider answered, but not with a rate."""


def _rate_in(answer: Any, source: Currency, target: Currency) -> Rate:
    if not isinstance(answer, dict) or answer.get("base") != source:
        raise _NotUnderstood("no such base")
    if answer.get("amount", 1) != 1:
        raise _NotUnderstood("not for one unit")
    rates = answer.get("rates")
    value = rates.get(target) if isinstance(rates, dict) else None
    if not isinstance(value, Decimal):
        raise _NotUnderstood("no such pair")
    try:
        return _rate_of(value)
    except (InvalidAmount, InvalidOperation) as error:
        raise _NotUnderstood("not a rate") from error


def _rate_of(value: Decimal) -> Rate:
    return Rate.parse(f"{value.quantize(_EIGHT_DECIMALS):f}")
