"""GET /fx/quote/{quoteId}: what a quote is good for now."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import FxQuoteNotFound
from novapay.http import api
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.fields import QuoteIdField
from novapay.http.schemas.fx import QuoteBody
from novapay.usecases import get_quote as usecase

app = api.resolver()


@app.get(
    "/fx/quote/<quoteId>",
    **api.operation(
        "get_quote",
        service="fx",
        summary="Get a quote as of now",
        model=QuoteBody,
        errors=(FxQuoteNotFound,),
    ),
)
def get_quote(quoteId: QuoteIdField) -> Response[str]:
    """The quote, with its status and the seconds that remain as of now."""
    quote, now = usecase.get_quote(wiring.resources(), quoteId, api.caller(app))
    return api.reply(QuoteBody.of(quote, now))


handler = entrypoint(app)
