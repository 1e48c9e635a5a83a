"""Quotes as clients send and read them."""

from datetime import datetime
from typing import Self

from pydantic import model_validator

from novapay.domain.money import Money
from novapay.domain.quote import Quote, QuoteStatus
from novapay.http.schemas.fields import (
    Amount,
    Body,
    CurrencyCode,
    Instant,
    QuoteIdField,
    TransactionIdField,
    UserIdField,
)


class CreateQuote(Body):
    """A rate to lock."""

    from_currency: CurrencyCode
    to_currency: CurrencyCode
    from_amount: Amount
    user_id: UserIdField

    @model_validator(mode="after")
    def between_two_currencies(self) -> Self:
        if self.from_currency == self.to_currency:
            raise ValueError("fromCurrency and toCurrency must differ")
        return self

    def money(self) -> Money:
        return Money.parse(self.from_amount, self.from_currency)


class QuoteBody(Body):
    """A quote, as of the instant at which it was asked for."""

    id: QuoteIdField
    user_id: UserIdField
    from_currency: CurrencyCode
    to_currency: CurrencyCode
    rate: str
    from_amount: str
    to_amount: str
    expires_at: Instant
    seconds_remaining: int
    status: QuoteStatus
    used_at: Instant | None

    @classmethod
    def of(cls, quote: Quote, now: datetime) -> Self:
        return cls(
            id=quote.quote_id,
            user_id=quote.user_id,
            from_currency=quote.from_amount.currency,
            to_currency=quote.to_amount.currency,
            rate=str(quote.rate),
            from_amount=str(quote.from_amount),
            to_amount=str(quote.to_amount),
            expires_at=quote.expires_at,
            seconds_remaining=quote.seconds_remaining(now),
            status=quote.status(now),
            used_at=quote.used_at,
        )


class ConsumeQuote(Body):
    """What uses the quote up."""

    transaction_id: TransactionIdField


class ConsumedQuote(Body):
    """A quote after its one use."""

    id: QuoteIdField
    rate: str
    to_amount: str
    used_at: Instant | None
    used_by_transaction_id: TransactionIdField | None

    @classmethod
    def of(cls, quote: Quote) -> Self:
        return cls(
            id=quote.quote_id,
            rate=str(quote.rate),
            to_amount=str(quote.to_amount),
            used_at=quote.used_at,
            used_by_transaction_id=quote.used_by,
        )


class ProviderSwitch(Body):
    """Whether the simulated provider is up."""

    provider: str
