"""Lock a rate for 60 seconds."""

from collections.abc import Callable
from datetime import datetime

from novapay.domain.effect import Effect, QuoteLocked
from novapay.domain.errors import (
    FxAmountTooSmall,
    FxPairUnavailable,
    FxRateUnavailable,
    OutcomeUnknown,
    Refusal,
    StoreUnavailable,
)
from novapay.domain.idempotency import Answer, KeyedRequest
from novapay.domain.money import Currency, Money
from novapay.domain.ports import RateProvider
from novapay.domain.quote import Quote, QuoteId
from novapay.domain.rates import RateTable
from novapay.domain.wallet import UserId
from novapay.store.client import Snapshot
from novapay.store.resources import Resources
from novapay.usecases.deciding import Decide, Load, commit_prepared

ERRORS = (FxRateUnavailable, FxPairUnavailable, FxAmountTooSmall)
"""The errors of a quote, besides those of `commit_once`."""


def create_quote(
    resources: Resources,
    provider: RateProvider,
    *,
    spread_bps: int,
    user_id: UserId,
    from_amount: Money,
    to_currency: Currency,
    keyed_request: KeyedRequest | None,
    answer: Callable[[Quote | Refusal], Answer],
) -> Answer:
    """Ask the provider for its rates, and store a quote made from them for this user and amount.

    The 60 seconds begin when the provider has answered.

    Args:
        resources: what it works with: the tables, the clock, new ids.
        provider: gives the rates; a replay does not ask it.
        spread_bps: what is kept of the rate, in hundredths of a percent.
        user_id: the only user who may use the quote.
        from_amount: the amount that the user pays.
        to_currency: the currency that the recipient gets.
        keyed_request: the client's idempotency key; None if it sent none.
        answer: makes the response from the quote, or from the refusal.

    Raises:
        FxRateUnavailable: the provider is down, too slow, sent an invalid answer, or its rates are
            too old; this is not stored under the key.
        IdempotencyKeyReused, Processing, Contention, StoreUnavailable: see `commit_once`.
    """
    quote_id = QuoteId(resources.new_id())

    def prepare(_: Snapshot) -> Decide[Quote]:
        table = _current_table(resources, provider)
        result = _quote_or_refusal(
            quote_id,
            table,
            spread_bps=spread_bps,
            user_id=user_id,
            from_amount=from_amount,
            to_currency=to_currency,
            now=resources.now(),
        )

        def decide(_: Snapshot, __: datetime) -> Effect[Quote]:
            if isinstance(result, Refusal):
                return Effect(result, [], {"quotes_refused": 1})
            return Effect(result, [QuoteLocked(result)], {"quotes_created": 1})

        return decide

    try:
        return commit_prepared(resources, keyed_request, Load([]), prepare, answer=answer)
    except OutcomeUnknown as error:
        # A quote that nobody was told of moves nothing and expires: another may be asked for.
        raise StoreUnavailable from error


def _current_table(resources: Resources, provider: RateProvider) -> RateTable:
    try:
        table = provider.table()
        table.check_current(resources.now())
    except FxRateUnavailable:
        resources.meter.count("fx_rate_failures")
        raise
    return table


def _quote_or_refusal(
    quote_id: QuoteId,
    table: RateTable,
    *,
    spread_bps: int,
    user_id: UserId,
    from_amount: Money,
    to_currency: Currency,
    now: datetime,
) -> Quote | Refusal:
    try:
        rate = table.rate(source=from_amount.currency, target=to_currency, spread_bps=spread_bps)
        return Quote.lock(
            quote_id=quote_id,
            user_id=user_id,
            from_amount=from_amount,
            to_currency=to_currency,
            rate=rate,
            now=now,
        )
    except Refusal as refusal:
        return refusal
