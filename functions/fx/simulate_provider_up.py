"""POST /fx/simulate/provider-up: bring the rate provider back, in a simulation stack."""

from novapay import wiring
from novapay.domain.caller import Scope
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.fx import ProviderSwitch
from novapay.usecases import simulate_provider as usecase

endpoint = Endpoint(__file__, scope=Scope.INTERNAL)


@endpoint.post("/fx/simulate/provider-up", "Bring the rate provider back")
def simulate_provider_up() -> ProviderSwitch:
    """The rate provider answers again."""
    usecase.simulate_provider(wiring.resources(), is_down=False)
    return ProviderSwitch(provider="up")


handler = endpoint.handler
