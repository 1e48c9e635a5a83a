"""Look at a quote."""

from datetime import datetime

from novapay.domain.caller import Caller
from novapay.domain.errors import FxQuoteNotFound
from novapay.domain.quote import Quote, QuoteId
from novapay.store.store import Store
from novapay.store.tables import quotes


def get_quote(store: Store, quote_id: QuoteId, caller: Caller) -> tuple[Quote, datetime]:
    """Return the quote, and the instant as of which to say what it is good for.

    Raises:
        FxQuoteNotFound: there is none, or it is another user's.
        StoreUnavailable: DynamoDB did not answer.
    """
    quote = quotes.get_quote(store.database, quote_id)
    if quote is None or not caller.may_act_for(quote.user_id):
        raise FxQuoteNotFound(quote_id)
    return quote, store.now()
