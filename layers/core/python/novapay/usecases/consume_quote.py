"""Use a quote for an internal service's transaction."""

from dataclasses import replace

from novapay.domain.caller import TRUSTED
from novapay.domain.entry import TransactionId
from novapay.domain.quote import Quote, QuoteId
from novapay.store.commit import Decision
from novapay.store.resources import Resources
from novapay.store.tables import quotes
from novapay.usecases.get_quote import get_quote


def consume_quote(resources: Resources, quote_id: QuoteId, transaction_id: TransactionId) -> Quote:
    """Mark the quote as used by a transaction, and return it.

    The same transaction may ask again, at any time: the quote is the same, and used once.

    Raises:
        FxQuoteNotFound: there is none.
        FxQuoteUsed, FxQuoteExpired: it can no longer be used.
        Contention, StoreUnavailable: see `Committer.commit`.
    """

    def decide() -> Decision[tuple[Quote, bool]]:
        quote, now = get_quote(resources, quote_id, TRUSTED)
        if quote.used_by == transaction_id:
            return Decision((quote, False))
        quote.check_usable(now)
        used = replace(quote, used_at=now, used_by=transaction_id)
        return Decision((used, True), [quotes.consume(quote, transaction_id, now=now)])

    quote, is_new = resources.committer.commit(decide)
    if is_new:
        resources.meter.count("quotes_consumed")
    return quote
