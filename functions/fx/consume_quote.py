"""POST /fx/quote/{quoteId}/consume: use a quote up."""

from novapay import wiring
from novapay.domain.caller import Scope
from novapay.domain.errors import (
    ClockSkewed,
    FxQuoteExpired,
    FxQuoteNotFound,
    FxQuoteUsed,
)
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.fields import QuoteIdField
from novapay.http.schemas.fx import ConsumedQuote, ConsumeQuote
from novapay.usecases import consume_quote as usecase

endpoint = Endpoint(__file__, scope=Scope.INTERNAL)


@endpoint.post(
    "/fx/quote/<quoteId>/consume",
    "Use a quote up",
    errors=(FxQuoteNotFound, FxQuoteUsed, FxQuoteExpired, ClockSkewed),
)
def consume_quote(quoteId: QuoteIdField, body: ConsumeQuote) -> ConsumedQuote:
    """The quote, used up by this transaction and by no other; the same one may ask again.

    Internal: a transfer that names a quote consumes it in its own commit.
    """
    quote = usecase.consume_quote(wiring.resources(), quoteId, body.transaction_id)
    return ConsumedQuote.of(quote)


handler = endpoint.handler
