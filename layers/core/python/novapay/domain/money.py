"""Money in whole units of 10^-8, so that neither floats nor rounding contexts affect it."""

import re
from dataclasses import dataclass
from typing import NewType, Self

from novapay.domain.currencies import CURRENT_CODES, HISTORIC_CODES
from novapay.domain.errors import InvalidAmount, InvalidCurrency

Currency = NewType("Currency", str)

DECIMALS = 8
UNITS_PER_ONE: int = 10**DECIMALS
DIGITS_BEFORE_POINT_MAX = 12
RATE_UNITS_MAX: int = 10 ** (DIGITS_BEFORE_POINT_MAX + DECIMALS) - 1

AMOUNT_PATTERN = rf"^[0-9]{{1,{DIGITS_BEFORE_POINT_MAX}}}(\.[0-9]{{1,{DECIMALS}}})?$"
_AMOUNT = re.compile(AMOUNT_PATTERN.removeprefix("^").removesuffix("$"))
_STORED = re.compile(rf"(-?)([0-9]+)\.([0-9]{{{DECIMALS}}})")


def parse_currency(text: str) -> Currency:
    """Return `text` as a currency of today: one for a new wallet or a quote.

    Raises:
        InvalidCurrency: it is not an active ISO 4217 code in capitals.
    """
    if text not in CURRENT_CODES:
        raise InvalidCurrency
    return Currency(text)


def known_currency(text: str) -> Currency:
    """Return `text` as a currency that a wallet may hold, though it may be historic by now.

    Raises:
        InvalidCurrency: it is not an ISO 4217 code in capitals, nor was it one for us.
    """
    if text not in CURRENT_CODES and text not in HISTORIC_CODES:
        raise InvalidCurrency
    return Currency(text)


def parse_units(text: str) -> int:
    """Return a client's decimal string, above zero, in units of 10^-8.

    Raises:
        InvalidAmount: it has a sign, an exponent, a space, too many digits, or is zero.
    """
    if _AMOUNT.fullmatch(text) is None:
        raise InvalidAmount
    whole, _, fraction = text.partition(".")
    units = int(whole) * UNITS_PER_ONE + int(fraction.ljust(DECIMALS, "0"))
    if units == 0:
        raise InvalidAmount
    return units


def format_units(units: int) -> str:
    """Return units of 10^-8 as a decimal string with all 8 decimals."""
    sign = "-" if units < 0 else ""
    whole, fraction = divmod(abs(units), UNITS_PER_ONE)
    return f"{sign}{whole}.{fraction:0{DECIMALS}d}"


def stored_units(text: str) -> int:
    """Return in units what `format_units` wrote, and accept no other notation.

    Raises:
        ValueError: the text is not what `format_units` would write.
    """
    match = _STORED.fullmatch(text)
    if match is None:
        raise ValueError("not an amount with 8 decimals")
    sign, whole, fraction = match.groups()
    units = int(whole) * UNITS_PER_ONE + int(fraction)
    units = -units if sign else units
    if format_units(units) != text:
        raise ValueError("not the canonical spelling of an amount")
    return units


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency, in units of 10^-8; only system wallets may hold less than zero."""

    units: int
    currency: Currency

    @classmethod
    def parse(cls, amount: str, currency: Currency) -> Self:
        """Return a client's amount.

        Raises:
            InvalidAmount: see `parse_units`.
        """
        return cls(parse_units(amount), currency)

    @classmethod
    def zero(cls, currency: Currency) -> Self:
        """Return nothing of a currency."""
        return cls(0, currency)

    def __str__(self) -> str:
        return format_units(self.units)

    def plus(self, units: int) -> "Money":
        """Return this amount with `units` of the same currency added."""
        return Money(self.units + units, self.currency)


@dataclass(frozen=True, slots=True)
class Rate:
    """How much of one currency buys one of another, in units of 10^-8."""

    units: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return a rate above zero, with at most 12 digits before and 8 after the point.

        Raises:
            InvalidAmount: see `parse_units`.
        """
        return cls(parse_units(text))

    def __str__(self) -> str:
        return format_units(self.units)

    def convert(self, amount: Money, to: Currency) -> Money:
        """Return `amount` in currency `to`, rounded down, once (the product's FX rule)."""
        return Money(amount.units * self.units // UNITS_PER_ONE, to)

    def converts(self, given: Money, got: Money, *, slack_units: int = 0) -> bool:
        """Return whether `got` is what a quote at this rate gave for `given`, now or before.

        Quotes round down. Earlier ones rounded half to even, and what they moved stays right.

        Args:
            given, got: the two amounts.
            slack_units: by how many units `got` may be off that.
        """
        down, remainder = divmod(given.units * self.units, UNITS_PER_ONE)
        half = 2 * remainder
        rounded_up = half > UNITS_PER_ONE or (half == UNITS_PER_ONE and down % 2 == 1)
        return down - slack_units <= got.units <= down + rounded_up + slack_units
