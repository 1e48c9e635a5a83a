"""Look at a quote."""

from datetime import datetime

from novapay.domain.errors import FxQuoteNotFound
from novapay.domain.quote import Quote, QuoteId
from novapay.store.store import Store
from novapay.store.tables import quotes


def get_quote(store: Store, quote_id: QuoteId) -> tuple[Quote, datetime]:
    """Return the quote, and the instant as of which to say what it is good for.

    Raises:
        FxQuoteNotFound: there is none.
        StoreUnavailable: DynamoDB did not answer.
    """
    quote = quotes.get_quote(store.database, quote_id)
    if quote is None:
        raise FxQuoteNotFound(quote_id)
    return quote, store.now()
