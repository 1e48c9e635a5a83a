"""POST /fx/quote: lock a rate for 60 seconds."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import ClockSkewed, FxAmountTooSmall, FxRateUnavailable, NotTheOwner
from novapay.http import api
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.fx import CreateQuote, QuoteBody
from novapay.usecases import create_quote as usecase
from novapay.wiring import fx

app = api.resolver()


@app.post(
    "/fx/quote",
    **api.operation(
        "create_quote",
        service="fx",
        summary="Lock a rate for 60 seconds",
        model=QuoteBody,
        status=HTTPStatus.CREATED,
        errors=(NotTheOwner, FxRateUnavailable, FxAmountTooSmall, ClockSkewed),
    ),
)
def create_quote(body: CreateQuote) -> Response[str]:
    """The provider's rate, locked for exactly 60 seconds and for one use.

    While the provider is down the answer is 503; a remembered rate is never used.
    """
    api.caller(app).check_acts_for(body.user_id)
    quote, now = usecase.create_quote(
        wiring.store(),
        fx.rate_provider(),
        user_id=body.user_id,
        from_amount=body.money(),
        to_currency=body.to_currency,
    )
    return api.reply(QuoteBody.of(quote, now), HTTPStatus.CREATED)


handler = entrypoint(app)
