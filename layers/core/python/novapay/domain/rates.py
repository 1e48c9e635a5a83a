"""The one table that all rates come from, and the only code that derives a price from it.

Every rate is what the table says of two currencies, divided exactly and rounded down once. So it is
never above the table's own, in either direction, and no cycle of quotes gains a unit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from novapay.domain.errors import FxPairUnavailable, FxRateUnavailable
from novapay.domain.money import RATE_UNITS_MAX, UNITS_PER_ONE, Currency, Rate

TABLE_AGE_MAX = timedelta(days=5)
"""How old a table may be, in calendar days: from the Thursday before Easter to the Tuesday after
it the ECB publishes none."""

TABLE_AHEAD_MAX = timedelta(days=1)
"""How far ahead a table's date may be: somewhere it is already tomorrow."""

SPREAD_BPS_MAX = 1_000
"""The largest spread, in hundredths of a percent: 10 %."""

DIGITS_MAX = 40
"""How many digits a price may have, and how far from the point its first one may be."""

_BPS_PER_ONE = 10_000


@dataclass(frozen=True, slots=True)
class RateTable:
    """What one unit of a base currency buys of each other currency, as a provider said it.

    Attributes:
        base: the currency that all prices are for, as EUR.
        per_base: how much of each other currency one `base` buys, above zero, as it was written.
        published_on: the provider's own date of the prices; None for a table that never changes.
    """

    base: Currency
    per_base: Mapping[Currency, Decimal]
    published_on: date | None

    def __post_init__(self) -> None:
        """Check the prices.

        Raises:
            ValueError: there is none, one is no number above zero, or the base's own is not 1.
        """
        if not self.per_base or not all(map(_is_price, self.per_base.values())):
            raise ValueError("not a table of prices above zero")
        if self.per_base.get(self.base, 1) != 1:
            raise ValueError("the base's own price is not 1")

    def check_current(self, now: datetime) -> None:
        """Check the table's date against the instant of the quote.

        Raises:
            FxRateUnavailable: it is more than 5 days old, or more than a day ahead.
        """
        if self.published_on is None:
            return
        age = now.date() - self.published_on
        if not -TABLE_AHEAD_MAX <= age <= TABLE_AGE_MAX:
            raise FxRateUnavailable(f"the provider's are of {self.published_on}")

    def rate(self, *, source: Currency, target: Currency, spread_bps: int) -> Rate:
        """Return how many `target` one `source` buys, less the spread, rounded down to 8 decimals.

        Args:
            source: the currency to sell, as USD.
            target: the currency to buy, as EUR.
            spread_bps: what is kept, in hundredths of a percent; 0 to SPREAD_BPS_MAX.

        Raises:
            FxPairUnavailable: the table lacks one of them, or 8 decimals cannot hold the rate.
            ValueError: there is no such spread.
        """
        if not 0 <= spread_bps <= SPREAD_BPS_MAX:
            raise ValueError(f"a spread of {spread_bps} is not from 0 to {SPREAD_BPS_MAX}")
        sold, bought = self._price(source), self._price(target)
        if sold is None or bought is None:
            raise FxPairUnavailable(source, target)
        above, below = bought.as_integer_ratio()
        sold_above, sold_below = sold.as_integer_ratio()
        above *= sold_below * UNITS_PER_ONE * (_BPS_PER_ONE - spread_bps)
        units = above // (below * sold_above * _BPS_PER_ONE)
        if not 1 <= units <= RATE_UNITS_MAX:
            size = "small" if units == 0 else "large"
            raise FxPairUnavailable(source, target, f"it is too {size} for 8 decimals")
        return Rate(units)

    def _price(self, currency: Currency) -> Decimal | None:
        return Decimal(1) if currency == self.base else self.per_base.get(currency)


def _is_price(value: Decimal) -> bool:
    return (
        value.is_finite()
        and value > 0
        and abs(value.adjusted()) <= DIGITS_MAX
        and len(value.as_tuple().digits) <= DIGITS_MAX
    )
