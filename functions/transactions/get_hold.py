"""GET /transactions/holds/{holdId}: what was set aside and what became of it."""

from novapay import wiring
from novapay.domain.errors import HoldNotFound
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.fields import HoldIdField
from novapay.http.schemas.holds import HoldBody
from novapay.usecases import get_hold as usecase

endpoint = Endpoint(__file__)


@endpoint.get("/transactions/holds/<holdId>", "Get a hold as of now", errors=(HoldNotFound,))
def get_hold(holdId: HoldIdField) -> HoldBody:
    """What was set aside and what became of it, for the wallet's owner and the named recipient."""
    hold, now = usecase.get_hold(wiring.resources(), holdId, endpoint.caller())
    return HoldBody.of(hold, now)


handler = endpoint.handler
