"""POST /fx/quote/{quoteId}/consume: use a quote up."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.caller import Scope
from novapay.domain.errors import (
    ClockSkewed,
    FxQuoteExpired,
    FxQuoteNotFound,
    FxQuoteUsed,
    ScopeMissing,
)
from novapay.http import api
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.fields import QuoteIdField
from novapay.http.schemas.fx import ConsumedQuote, ConsumeQuote
from novapay.usecases import consume_quote as usecase

app = api.resolver()


@app.post(
    "/fx/quote/<quoteId>/consume",
    **api.operation(
        "consume_quote",
        service="fx",
        summary="Use a quote up",
        model=ConsumedQuote,
        errors=(ScopeMissing, FxQuoteNotFound, FxQuoteUsed, FxQuoteExpired, ClockSkewed),
    ),
)
def consume_quote(quoteId: QuoteIdField, body: ConsumeQuote) -> Response[str]:
    """The quote, used up by this transaction and by no other; the same one may ask again.

    Internal: a transfer that names a quote consumes it in its own commit.
    """
    quote = usecase.consume_quote(wiring.resources(), quoteId, body.transaction_id)
    return api.reply(ConsumedQuote.of(quote))


handler = entrypoint(app, scope=Scope.INTERNAL)
