"""Get a quote."""

from datetime import datetime

from novapay.domain.caller import Caller
from novapay.domain.errors import FxQuoteNotFound
from novapay.domain.quote import Quote, QuoteId
from novapay.store.resources import Resources
from novapay.store.tables import quotes


def get_quote(resources: Resources, quote_id: QuoteId, caller: Caller) -> tuple[Quote, datetime]:
    """Return the quote, and the current instant, which its status depends on.

    Raises:
        FxQuoteNotFound: there is none, or it belongs to another user.
        StoreUnavailable: DynamoDB did not answer.
    """
    quote = quotes.get_quote(resources.database, quote_id)
    if quote is None or not caller.may_act_for(quote.user_id):
        raise FxQuoteNotFound(quote_id)
    return quote, resources.now()
