"""POST /fx/quote: lock a rate for 60 seconds."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import NotTheOwner
from novapay.http import api, idempotency_key
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
        errors=(NotTheOwner, *usecase.ERRORS),
    ),
)
def create_quote(body: CreateQuote, _key: idempotency_key.KeyHeader = None) -> Response[str]:
    """The provider's rate, rounded down, locked for exactly 60 seconds and for one use; 503 while
    the provider is down or its table is older than 5 days: no remembered rate is used."""
    api.caller(app).check_acts_for(body.user_id)
    answer = usecase.create_quote(
        wiring.resources(),
        fx.rate_provider(),
        spread_bps=fx.spread_bps(),
        user_id=body.user_id,
        from_amount=body.money(),
        to_currency=body.to_currency,
        keyed_request=api.keyed_request(app, body),
        answer=api.answers(app, HTTPStatus.CREATED, QuoteBody.locked),
    )
    return api.answer_response(answer)


handler = entrypoint(app)
