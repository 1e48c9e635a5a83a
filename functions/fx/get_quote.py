"""GET /fx/quote/{quoteId}: what a quote is good for now."""

from novapay import wiring
from novapay.domain.errors import FxQuoteNotFound
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.fields import QuoteIdField
from novapay.http.schemas.fx import QuoteBody
from novapay.usecases import get_quote as usecase

endpoint = Endpoint(__file__)


@endpoint.get("/fx/quote/<quoteId>", "Get a quote as of now", errors=(FxQuoteNotFound,))
def get_quote(quoteId: QuoteIdField) -> QuoteBody:
    """The quote, with its status and the seconds that remain as of now."""
    quote, now = usecase.get_quote(wiring.resources(), quoteId, endpoint.caller())
    return QuoteBody.of(quote, now)


handler = endpoint.handler
