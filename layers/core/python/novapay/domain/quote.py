"""A quote: a provider's rate, locked for exactly 60 seconds and one use."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, Self

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
from novapay.domain.wallet import UserId

QuoteId = NewType("QuoteId", str)

QUOTE_LIFETIME = timedelta(seconds=60)


class QuoteStatus(StrEnum):
    """The status of a quote at an instant."""

    ACTIVE = "ACTIVE"
    USED = "USED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A locked rate for one amount of one user."""

    quote_id: QuoteId
    user_id: UserId
    rate: Rate
    from_amount: Money
    to_amount: Money
    expires_at: datetime
    used_at: datetime | None = None
    used_by: TransactionId | None = None

    @classmethod
    def lock(
        cls,
        *,
        quote_id: QuoteId,
        user_id: UserId,
        from_amount: Money,
        to_currency: Currency,
        rate: Rate,
        now: datetime,
    ) -> Self:
        """Return a quote that locks `rate` from now on. `toAmount` is rounded down here, once.

        Raises:
            FxAmountTooSmall: the amount that the recipient would get rounds down to zero.
        """
        to_amount = rate.convert(from_amount, to_currency)
        if to_amount.units == 0:
            raise FxAmountTooSmall(str(from_amount), from_amount.currency, to_currency)
        return cls(
            quote_id=quote_id,
            user_id=user_id,
            rate=rate,
            from_amount=from_amount,
            to_amount=to_amount,
            expires_at=now + QUOTE_LIFETIME,
        )

    @property
    def locked_at(self) -> datetime:
        """The instant from which the quote is good."""
        return self.expires_at - QUOTE_LIFETIME

    def status(self, now: datetime) -> QuoteStatus:
        """Return the status at `now`; a quote expires exactly 60 seconds after it was made."""
        if self.used_at is not None:
            return QuoteStatus.USED
        return QuoteStatus.ACTIVE if now < self.expires_at else QuoteStatus.EXPIRED

    def seconds_remaining(self, now: datetime) -> int:
        """Return the whole seconds for which the quote can still be used."""
        if self.status(now) is not QuoteStatus.ACTIVE:
            return 0
        return (self.expires_at - now) // timedelta(seconds=1)

    def check_usable(self, now: datetime) -> None:
        """Refuse a quote that was used or has expired.

        Raises:
            FxQuoteUsed: it was already used.
            FxQuoteExpired: its 60 seconds have passed.
        """
        match self.status(now):
            case QuoteStatus.USED:
                raise FxQuoteUsed(self.quote_id)
            case QuoteStatus.EXPIRED:
                raise FxQuoteExpired(self.quote_id)
            case QuoteStatus.ACTIVE:
                return

    def check_fits(self, *, user_id: UserId, amount: Money, to_currency: Currency) -> None:
        """Refuse a quote that was made for another user, currency pair or amount.

        Raises:
            FxQuoteUserMismatch: it belongs to another user.
            FxQuoteCurrencyMismatch: it is between other currencies.
            FxQuoteAmountMismatch: it is for another amount.
        """
        if user_id != self.user_id:
            raise FxQuoteUserMismatch(self.quote_id, user_id)
        quoted = (self.from_amount.currency, self.to_amount.currency)
        if (amount.currency, to_currency) != quoted:
            raise FxQuoteCurrencyMismatch(
                self.quote_id, " to ".join(quoted), f"{amount.currency} to {to_currency}"
            )
        if amount != self.from_amount:
            raise FxQuoteAmountMismatch(self.quote_id, str(self.from_amount), str(amount))
