"""GET /admin/trial-balance: does every currency add up to zero?"""

from novapay import wiring
from novapay.domain.errors import ClockSkewed
from novapay.http.admin import AdminEndpoint
from novapay.http.schemas.admin import TrialBalanceBody
from novapay.usecases import get_trial_balance as usecase
from novapay.wiring import admin

endpoint = AdminEndpoint(__file__, admin.operators, admin.record)


@endpoint.get("/admin/trial-balance", "Take the trial balance", errors=(ClockSkewed,))
def get_trial_balance() -> TrialBalanceBody:
    """What the wallets of each kind hold of each currency, as of one instant.

    Every sum is zero, also while money is moving, or something is wrong.
    """
    trial_balance = usecase.get_trial_balance(wiring.resources())
    return TrialBalanceBody.of(trial_balance)


handler = endpoint.handler
