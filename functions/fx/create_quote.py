"""POST /fx/quote: lock a rate for 60 seconds."""

from http import HTTPStatus

from novapay import wiring
from novapay.domain.errors import NotTheOwner
from novapay.domain.idempotency import Answer
from novapay.http import idempotency_key
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.fx import CreateQuote, QuoteBody
from novapay.usecases import create_quote as usecase
from novapay.wiring import fx

endpoint = Endpoint(__file__)


@endpoint.post(
    "/fx/quote",
    "Lock a rate for 60 seconds",
    model=QuoteBody,
    status=HTTPStatus.CREATED,
    errors=(NotTheOwner, *usecase.ERRORS),
)
def create_quote(body: CreateQuote, _key: idempotency_key.KeyHeader = None) -> Answer:
    """The provider's rate, rounded down, locked for exactly 60 seconds and for one use; 503 while
    the provider is down or its table is older than 5 days: no remembered rate is used."""
    endpoint.caller().check_acts_for(body.user_id)
    return usecase.create_quote(
        wiring.resources(),
        fx.rate_provider(),
        spread_bps=fx.spread_bps(),
        user_id=body.user_id,
        from_amount=body.money(),
        to_currency=body.to_currency,
        keyed_request=endpoint.keyed_request(body),
        answer=endpoint.answers(QuoteBody.locked),
    )


handler = endpoint.handler
