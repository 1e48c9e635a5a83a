"""GET /admin/trial-balance: does every currency add up to zero?"""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import ClockSkewed
from novapay.http import api
from novapay.http.admin import admin_entrypoint
from novapay.http.errors import Unauthorized
from novapay.http.schemas.admin import TrialBalanceBody
from novapay.usecases import get_trial_balance as usecase
from novapay.wiring import admin

app = api.resolver()


@app.get(
    "/admin/trial-balance",
    **api.operation(
        "get_trial_balance",
        service="admin",
        summary="Take the trial balance",
        model=TrialBalanceBody,
        errors=(Unauthorized, ClockSkewed),
    ),
)
def get_trial_balance() -> Response[str]:
    """What the wallets of each kind hold of each currency, as of one instant.

    Every sum is zero, also while money is moving, or something is wrong.
    """
    trial_balance = usecase.get_trial_balance(wiring.resources())
    return api.reply(TrialBalanceBody.of(trial_balance))


handler = admin_entrypoint(app, admin.gate, "get_trial_balance")
