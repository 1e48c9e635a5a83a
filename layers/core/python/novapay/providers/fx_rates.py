"""Where exchange rates come from: the adapters of the port `RateProvider`.

Every failure is FxRateUnavailable. An adapter caches no rate: each quote is made from rates that
were fetched for it.
"""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pybreaker
import urllib3

from novapay.domain.errors import FxRateUnavailable
from novapay.domain.money import Currency
from novapay.domain.ports import RateProvider
from novapay.domain.rates import RateTable

BASE = Currency("EUR")
"""The base of the ECB's reference rates; with another base a provider would round them again."""

ANSWER_BYTES_MAX = 64 * 1024
OK = 200

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_FIXED = {
    "USD": Decimal("1.08695652"),
    "GBP": Decimal("0.85869566"),
    "BDT": Decimal("132.06521718"),
    "INR": Decimal("91.41304334"),
    "JPY": Decimal("164.34782583"),
}
"""Chosen so that a dollar is 0.92 euros, 0.79 pounds, 121.5 taka, 84.1 rupees and 151.2 yen."""


class FixedRates:
    """A table that never changes, for local use: USD, EUR, GBP, BDT, INR, JPY."""

    def table(self) -> RateTable:
        """Return the table; see `RateProvider.table`."""
        per_base = {Currency(code): price for code, price in _FIXED.items()}
        return RateTable(BASE, per_base, published_on=None)


@dataclass(frozen=True, slots=True)
class SimulatedOutage:
    """Another provider, with a switch that takes it down; for simulation stacks only."""

    provider: RateProvider
    is_down: Callable[[], bool]

    def table(self) -> RateTable:
        """Return the table; see `RateProvider.table`."""
        if self.is_down():
            raise FxRateUnavailable
        return self.provider.table()


class FrankfurterRates:
    """ECB reference rates over HTTP, in Frankfurter's JSON (`GET /latest?base=EUR`)."""

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
            timeout_s: the most seconds for connecting, and for each read, in each attempt.
            retries: further attempts after a failed one.
            breaker_failures: how many failures in a row open the circuit.
            breaker_reset_s: seconds for which an open circuit sends no request.
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

    def table(self) -> RateTable:
        """Return the table; see `RateProvider.table`."""
        try:
            return self._breaker.call(self._ask)
        except (pybreaker.CircuitBreakerError, urllib3.exceptions.HTTPError, _NotUnderstood) as e:
            raise FxRateUnavailable from e

    def _ask(self) -> RateTable:
        """Ask in a thread, to limit the whole answer: a socket's time-out is for each byte."""
        asked = self._askers.submit(self._answer)
        try:
            return asked.result(self._answer_s_max)
        except TimeoutError as error:
            raise _NotUnderstood("too slow") from error

    def _answer(self) -> RateTable:
        response = self._http.request(
            "GET",
            self._url,
            fields={"base": BASE},
            headers={"accept": "application/json"},
            preload_content=False,
            redirect=False,
        )
        try:
            body = self._read(response)
        finally:
            response.close()
        if response.status != OK:
            raise _NotUnderstood(f"status {response.status}")
        return _table_in(body)

    def _read(self, response: urllib3.BaseHTTPResponse) -> bytes:
        body = b""
        while chunk := response.read1():
            body += chunk
            if len(body) > ANSWER_BYTES_MAX:
                raise _NotUnderstood("too long")
        return body


class _NotUnderstood(Exception):
    """The provider answered, but not with a table of rates."""


def _table_in(body: bytes) -> RateTable:
    try:
        answer = json.loads(
            body, parse_float=Decimal, parse_int=Decimal, object_pairs_hook=_without_repetition
        )
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise _NotUnderstood("not JSON") from error
    if not isinstance(answer, dict) or answer.get("base") != BASE:
        raise _NotUnderstood("another base")
    if answer.get("amount", 1) != 1:
        raise _NotUnderstood("not for one unit")
    return _table_of(answer.get("rates"), answer.get("date"))


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; if it has a name twice, either price could be meant."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found


def _table_of(rates: Any, day: Any) -> RateTable:
    if not isinstance(rates, dict) or not all(isinstance(it, Decimal) for it in rates.values()):
        raise _NotUnderstood("no numbers for rates")
    if not isinstance(day, str) or _DATE.fullmatch(day) is None:
        raise _NotUnderstood("no date")
    try:
        return RateTable(BASE, rates, published_on=date.fromisoformat(day))
    except ValueError as error:
        raise _NotUnderstood("no such date or prices") from error
