"""Lock a rate for 60 seconds."""

from datetime import datetime

from novapay.domain.errors import FxAmountTooSmall, FxRateUnavailable
from novapay.domain.money import Currency, Money
from novapay.domain.ports import RateProvider
from novapay.domain.quote import Quote, QuoteId
from novapay.domain.wallet import UserId
from novapay.store.commit import Decision
from novapay.store.store import Store
from novapay.store.tables import quotes


def create_quote(
    store: Store,
    provider: RateProvider,
    *,
    user_id: UserId,
    from_amount: Money,
    to_currency: Currency,
) -> tuple[Quote, datetime]:
    """Ask the provider for a rate, and store it as a quote for this user and amount.

    Args:
        store: where to write.
        provider: gives the rate.
        user_id: the only user who may use the quote.
        from_amount: the amount that the user pays.
        to_currency: the currency that the recipient gets.

    Returns:
        the quote, and the instant at which its 60 seconds began: when the provider answered.

    Raises:
        FxRateUnavailable: the provider is down, too slow, sent an invalid answer, or lacks the
            pair.
        FxAmountTooSmall: the amount that the recipient would get rounds to zero.
        Contention, StoreUnavailable: see `Committer.commit`.
    """
    try:
        rate = provider.rate(source=from_amount.currency, target=to_currency)
    except FxRateUnavailable:
        store.meter.count("fx_rate_failures")
        raise
    now = store.now()
    try:
        quote = Quote.lock(
            quote_id=QuoteId(store.new_id()),
            user_id=user_id,
            from_amount=from_amount,
            to_currency=to_currency,
            rate=rate,
            now=now,
        )
    except FxAmountTooSmall as refusal:
        store.meter.count("quotes_refused")
        store.meter.count(refusal.metric())
        raise
    store.committer.commit(lambda: Decision(None, [quotes.create(quote)]))
    store.meter.count("quotes_created")
    return quote, now
