"""One table, from which every rate follows: exactly, less the spread, rounded down once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from novapay.domain.errors import FxPairUnavailable, FxRateUnavailable
from novapay.domain.money import Currency
from novapay.domain.rates import DIGITS_MAX, SPREAD_BPS_MAX, RateTable
from tests.support.domain import EUR, USD, refusal_of

IDR, JPY, KWD = Currency("IDR"), Currency("JPY"), Currency("KWD")
TODAY = date(2026, 4, 7)


def a_table(published_on: date | None = TODAY, **per_euro: str) -> RateTable:
    """Return a table of the euro."""
    prices = {Currency(code): Decimal(price) for code, price in per_euro.items()}
    return RateTable(EUR, prices, published_on)


def rate(table: RateTable, source: Currency, target: Currency, spread_bps: int = 0) -> str:
    return str(table.rate(source=source, target=target, spread_bps=spread_bps))


class TestDerivation:
    """Base to currency, currency to base, and crosses."""

    TABLE = a_table(USD="1.1555", JPY="178.4", IDR="19255.12345678", GBP="0.9")

    @pytest.mark.parametrize(
        ("source", "target", "expected"),
        [
            ("EUR", "USD", "1.15550000"),
            ("EUR", "IDR", "19255.12345678"),
            ("USD", "EUR", "0.86542622"),  # 0.865426222…
            ("IDR", "USD", "0.00006001"),  # 0.000060010002…
            ("USD", "JPY", "154.39203807"),  # 154.392038078…
            ("JPY", "USD", "0.00647701"),  # 0.006477017…, nearer to …702
            ("GBP", "EUR", "1.11111111"),
            ("EUR", "EUR", "1.00000000"),
            ("USD", "USD", "1.00000000"),
        ],
    )
    def test_it_is_divided_exactly_and_rounded_down(
        self, source: str, target: str, expected: str
    ) -> None:
        assert rate(self.TABLE, Currency(source), Currency(target)) == expected

    def test_a_ninth_decimal_of_nines_is_not_rounded_up(self) -> None:
        table = a_table(USD="1.999999999999999999999999999999")

        assert rate(table, EUR, USD) == "1.99999999"

    def test_the_base_may_be_in_its_own_table(self) -> None:
        assert rate(a_table(EUR="1.0", USD="2"), EUR, USD) == "2.00000000"


class TestSpread:
    """Taken off before the one rounding."""

    @pytest.mark.parametrize(
        ("spread_bps", "expected"),
        [
            (0, "0.50000000"),
            (1, "0.49995000"),
            (25, "0.49875000"),
            (SPREAD_BPS_MAX, "0.45000000"),
        ],
    )
    def test_it_is_taken_off_in_either_direction(self, spread_bps: int, expected: str) -> None:
        table = a_table(USD="2", KWD="0.5")

        assert rate(table, USD, EUR, spread_bps) == expected
        assert rate(table, EUR, KWD, spread_bps) == expected

    @pytest.mark.parametrize("spread_bps", [-1, SPREAD_BPS_MAX + 1, 10_000, 20_000])
    def test_one_that_would_give_money_or_take_it_all_is_a_fault_of_ours(
        self, spread_bps: int
    ) -> None:
        with pytest.raises(ValueError, match="spread"):
            a_table(USD="2").rate(source=USD, target=EUR, spread_bps=spread_bps)


class TestPairs:
    """What has no rate is refused for good."""

    @pytest.mark.parametrize(
        ("source", "target"), [("USD", "CHF"), ("CHF", "USD"), ("CHF", "SEK"), ("EUR", "CHF")]
    )
    def test_a_currency_that_is_not_in_the_table(self, source: str, target: str) -> None:
        with pytest.raises(FxPairUnavailable, match=f"from {source} to {target}: the provider"):
            a_table(USD="1.1").rate(source=Currency(source), target=Currency(target), spread_bps=0)

    @pytest.mark.parametrize(
        ("price", "there", "back"),
        [
            ("100000000", "100000000.00000000", "0.00000001"),
            ("100000000.1", "100000000.10000000", "too small"),
            ("999999999999.99999999", "999999999999.99999999", "too small"),
            ("1000000000000", "too large", "too small"),
            ("1e39", "too large", "too small"),
            ("1e-40", "too small", "too large"),
        ],
    )
    def test_a_rate_that_eight_decimals_cannot_hold(
        self, price: str, there: str, back: str
    ) -> None:
        table = a_table(IDR=price)

        for expected, (source, target) in ((there, (EUR, IDR)), (back, (IDR, EUR))):
            if expected.startswith("too"):
                named = f"^There is no rate from {source} to {target}: it is {expected} for 8"
                with pytest.raises(FxPairUnavailable, match=named):
                    table.rate(source=source, target=target, spread_bps=0)
            else:
                assert rate(table, source, target) == expected


class TestAge:
    """The provider's own date, in calendar days of UTC."""

    @pytest.mark.parametrize("days", [-1, 0, 1, 4, 5])
    @pytest.mark.parametrize("hour", [0, 23])
    def test_up_to_five_days_old_it_is_current(self, days: int, hour: int) -> None:
        now = datetime(2026, 4, 7, hour, 59, tzinfo=UTC)
        table = a_table(TODAY - timedelta(days=days), USD="1.1")

        assert refusal_of(lambda: table.check_current(now)) is None

    @pytest.mark.parametrize("days", [-365_000, -2, 6, 7, 365])
    @pytest.mark.parametrize("hour", [0, 23])
    def test_older_or_of_the_day_after_tomorrow_it_is_not(self, days: int, hour: int) -> None:
        now = datetime(2026, 4, 7, hour, 59, tzinfo=UTC)
        published_on = TODAY - timedelta(days=days)

        with pytest.raises(FxRateUnavailable, match=f"are of {published_on}"):
            a_table(published_on, USD="1.1").check_current(now)

    def test_the_tuesday_after_easter_still_has_thursdays_rates(self) -> None:
        tuesday = datetime(2026, 4, 7, 15, 0, tzinfo=UTC)
        table = a_table(date(2026, 4, 2), USD="1.1")

        assert refusal_of(lambda: table.check_current(tuesday)) is None

    def test_a_table_that_was_never_published_has_no_age(self) -> None:
        table = a_table(None, USD="1.1")

        assert refusal_of(lambda: table.check_current(datetime(2099, 1, 1, tzinfo=UTC))) is None


@pytest.mark.parametrize(
    "price",
    ["0", "-1", "NaN", "sNaN", "Infinity", "-Infinity", "1e41", "1e-41", "1e999999", "1e-999999",
     "9" * (DIGITS_MAX + 1)],
)  # fmt: skip
def test_what_is_no_price_makes_no_table(price: str) -> None:
    with pytest.raises(ValueError, match=r"^not a table of prices above zero$"):
        a_table(USD="1.1", JPY=price)


@pytest.mark.parametrize("price", ["9" * DIGITS_MAX, "1e40", "1e-40"])
def test_the_longest_prices_make_a_table(price: str) -> None:
    assert a_table(JPY=price).per_base == {JPY: Decimal(price)}


def test_a_table_of_nothing_is_none() -> None:
    with pytest.raises(ValueError, match="prices above zero"):
        a_table()


def test_a_base_that_is_not_worth_itself_makes_no_table() -> None:
    with pytest.raises(ValueError, match=r"^the base's own price is not 1$"):
        a_table(EUR="1.01", USD="1.1")
