"""Quotes as clients send and read them."""

from datetime import datetime
from typing import Self

from pydantic import Field, model_validator

from novapay.domain.money import Money
from novapay.domain.quote import Quote, QuoteStatus
from novapay.http.schemas.fields import (
    Amount,
    Body,
    CurrencyCode,
    Instant,
    NewCurrencyCode,
    RequestBody,
    StoredId,
    TransactionIdField,
    UserIdField,
)


class CreateQuote(RequestBody):
    """A rate to lock."""

    from_currency: NewCurrencyCode = Field(description="The currency to be sold, an ISO 4217 code.")
    to_currency: NewCurrencyCode = Field(
        description="The currency to be bought, another ISO 4217 code."
    )
    from_amount: Amount = Field(description="How much is to be sold, in `fromCurrency`.")
    user_id: UserIdField = Field(description="The user who alone can use the quote.")

    @model_validator(mode="after")
    def between_two_currencies(self) -> Self:
        if self.from_currency == self.to_currency:
            raise ValueError("fromCurrency and toCurrency must differ")
        return self

    def money(self) -> Money:
        return Money.parse(self.from_amount, self.from_currency)


class QuoteBody(Body):
    """A quote, as of the instant at which it was asked for."""

    id: StoredId = Field(description="The quote's id: send it as a transfer's `fxQuoteId`.")
    user_id: StoredId = Field(description="The user who alone can use the quote.")
    from_currency: CurrencyCode = Field(description="The currency that is sold, an ISO 4217 code.")
    to_currency: CurrencyCode = Field(description="The currency that is bought, an ISO 4217 code.")
    rate: str = Field(
        description="How much of `toCurrency` one unit of `fromCurrency` buys, locked."
    )
    from_amount: str = Field(description="How much is sold, in `fromCurrency`, with 8 decimals.")
    to_amount: str = Field(description="How much is bought, in `toCurrency`, with 8 decimals.")
    expires_at: Instant = Field(
        description="Until when it can be used, in UTC: 60 seconds after it was made."
    )
    seconds_remaining: int = Field(
        description="How many whole seconds are left of the 60; 0 once it has expired."
    )
    status: QuoteStatus = Field(
        description="Whether it can be used, was used, or has expired, at this moment."
    )
    used_at: Instant | None = Field(description="When it was used, in UTC; null where it was not.")

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

    @classmethod
    def locked(cls, quote: Quote) -> Self:
        """Return a quote as it was at its first instant."""
        return cls.of(quote, quote.locked_at)


class ConsumeQuote(RequestBody):
    """What uses the quote up."""

    transaction_id: TransactionIdField = Field(description="The transaction that uses the quote.")


class ConsumedQuote(Body):
    """A quote after its one use."""

    id: StoredId = Field(description="The quote's id.")
    rate: str = Field(description="How much of the one currency a unit of the other bought.")
    to_amount: str = Field(description="How much was bought, with 8 decimals.")
    used_at: Instant | None = Field(description="When it was used, in UTC.")
    used_by_transaction_id: StoredId | None = Field(description="The transaction that used it.")

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

    provider: str = Field(description="`up` or `down`: what the provider is made to look like.")
