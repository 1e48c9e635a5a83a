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
    """Ask the provider, and store what it says as a quote for this user and amount.

    Returns the quote, and the instant at which its 60 seconds began: the provider's answer.

    Raises:
        FxRateUnavailable: the provider is down, slow, not understood, or lacks the pair.
        FxAmountTooSmall: what the recipient would get rounds to nothing.
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
