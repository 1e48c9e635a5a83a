"""A quote: exactly 60 seconds, exactly one use, for one user, pair and amount."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from novapay.domain.entry import TransactionId
from novapay.domain.errors import (
    FxAmountTooSmall,
    FxQuoteAmountMismatch,
    FxQuoteCurrencyMismatch,
    FxQuoteExpired,
    FxQuoteUsed,
    FxQuoteUserMismatch,
)
from novapay.domain.money import Currency, Money, Rate
from novapay.domain.quote import Quote, QuoteId, QuoteStatus
from novapay.domain.wallet import UserId
from tests.support.domain import EUR, NOW, USD, id_of, money, refusal_of

GBP = Currency("GBP")
ALICE = UserId(id_of("alice"))
MALLORY = UserId(id_of("mallory"))


def a_quote(from_amount: str = "2000", *, rate: str = "0.92") -> Quote:
    """Return a quote of Alice's from USD to EUR, locked at NOW."""
    return Quote.lock(
        quote_id=QuoteId(id_of("quote")),
        user_id=ALICE,
        from_amount=money(from_amount),
        to_currency=EUR,
        rate=Rate.parse(rate),
        now=NOW,
    )


def a_used_quote() -> Quote:
    return replace(
        a_quote(), used_at=NOW + timedelta(seconds=3), used_by=TransactionId(id_of("transfer"))
    )


def test_a_quote_locks_the_rate_for_sixty_seconds_from_now() -> None:
    quote = a_quote()

    assert quote.expires_at == NOW + timedelta(seconds=60)
    assert str(quote.rate) == "0.92000000"
    assert quote.to_amount == money("1840", EUR)
    assert (quote.used_at, quote.used_by) == (None, None)


class TestTheSixtiethSecond:
    """Before it the quote is good; at it and after it, gone."""

    @pytest.mark.parametrize(
        ("seconds", "status", "remaining"),
        [
            (0.0, QuoteStatus.ACTIVE, 60),
            (0.001, QuoteStatus.ACTIVE, 59),
            (1.0, QuoteStatus.ACTIVE, 59),
            (59.0, QuoteStatus.ACTIVE, 1),
            (59.001, QuoteStatus.ACTIVE, 0),
            (59.999, QuoteStatus.ACTIVE, 0),
            (59.999999, QuoteStatus.ACTIVE, 0),
            (60.0, QuoteStatus.EXPIRED, 0),
            (60.001, QuoteStatus.EXPIRED, 0),
            (3600.0, QuoteStatus.EXPIRED, 0),
        ],
    )
    def test_status_and_seconds_follow_from_one_instant(
        self, seconds: float, status: QuoteStatus, remaining: int
    ) -> None:
        now = NOW + timedelta(seconds=seconds)

        assert a_quote().status(now) is status
        assert a_quote().seconds_remaining(now) == remaining

    @pytest.mark.parametrize("seconds", [0.0, 59.999, 59.999999])
    def test_before_it_the_quote_can_be_used(self, seconds: float) -> None:
        now = NOW + timedelta(seconds=seconds)

        assert refusal_of(lambda: a_quote().check_usable(now)) is None

    @pytest.mark.parametrize("seconds", [60.0, 60.001, 86_400.0])
    def test_at_it_the_quote_is_gone(self, seconds: float) -> None:
        with pytest.raises(FxQuoteExpired, match=a_quote().quote_id):
            a_quote().check_usable(NOW + timedelta(seconds=seconds))


class TestTheOneUse:
    """A used quote stays used, whatever the time."""

    @pytest.mark.parametrize("seconds", [3, 59, 60, 3600])
    def test_a_used_quote_is_used_and_not_expired(self, seconds: int) -> None:
        now = NOW + timedelta(seconds=seconds)

        assert a_used_quote().status(now) is QuoteStatus.USED
        assert a_used_quote().seconds_remaining(now) == 0
        with pytest.raises(FxQuoteUsed, match=a_quote().quote_id):
            a_used_quote().check_usable(now)


class TestRounding:
    """`toAmount` is rounded down, once, to 8 decimals."""

    @pytest.mark.parametrize(
        ("from_amount", "rate", "to_amount"),
        [
            ("100", "0.92", "92.00000000"),
            ("0.00000002", "0.99999999", "0.00000001"),
            ("0.00000003", "0.5", "0.00000001"),
            ("0.00000005", "0.5", "0.00000002"),
            ("0.00000007", "0.5", "0.00000003"),
            ("0.00000005", "0.59999999", "0.00000002"),
            ("0.00000005", "0.6", "0.00000003"),
            ("333.33333333", "0.33333333", "111.11110999"),
            ("999999999999.99999999", "1", "999999999999.99999999"),
            ("999999999999.99999999", "121.5", "121499999999999.99999878"),
        ],
    )
    def test_what_is_over_is_dropped(self, from_amount: str, rate: str, to_amount: str) -> None:
        assert str(a_quote(from_amount, rate=rate).to_amount) == to_amount

    @pytest.mark.parametrize(
        ("from_amount", "rate"),
        [("0.00000001", "0.5"), ("0.00000001", "0.99999999"), ("0.99999999", "0.00000001")],
    )
    def test_what_rounds_down_to_nothing_is_refused(self, from_amount: str, rate: str) -> None:
        named = f"^{from_amount} USD rounds down to zero in EUR.$"
        with pytest.raises(FxAmountTooSmall, match=named):
            a_quote(from_amount, rate=rate)


class TestFitting:
    """Its user, currencies and amount must be the transfer's, and the refusal says which."""

    def test_what_it_was_made_for_fits(self) -> None:
        check = partial(a_quote().check_fits, user_id=ALICE, to_currency=EUR)

        assert refusal_of(lambda: check(amount=money("2000.00"))) is None

    def test_another_user_does_not(self) -> None:
        with pytest.raises(
            FxQuoteUserMismatch, match=f"^Quote {id_of('quote')} was not made for user {MALLORY}"
        ):
            a_quote().check_fits(user_id=MALLORY, amount=money("2000"), to_currency=EUR)

    @pytest.mark.parametrize(
        ("source", "target"), [(EUR, USD), (USD, GBP), (GBP, EUR), (USD, USD), (EUR, EUR)]
    )
    def test_another_pair_does_not(self, source: Currency, target: Currency) -> None:
        named = f"^Quote {id_of('quote')} is for USD to EUR; the transfer is {source} to {target}"
        with pytest.raises(FxQuoteCurrencyMismatch, match=named):
            a_quote().check_fits(user_id=ALICE, amount=money("2000", source), to_currency=target)

    @pytest.mark.parametrize("amount", ["1999.99999999", "2000.00000001", "1840"])
    def test_another_amount_does_not(self, amount: str) -> None:
        with pytest.raises(
            FxQuoteAmountMismatch, match=f"^Quote {id_of('quote')} is for exactly 2000.0"
        ):
            a_quote().check_fits(user_id=ALICE, amount=money(amount), to_currency=EUR)

    def test_the_smallest_difference_is_told_in_full(self) -> None:
        with pytest.raises(FxQuoteAmountMismatch) as refusal:
            a_quote().check_fits(user_id=ALICE, amount=Money(1, USD), to_currency=EUR)

        assert refusal.value.given == "0.00000001"
