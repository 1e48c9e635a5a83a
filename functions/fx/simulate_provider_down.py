"""POST /fx/simulate/provider-down: take the rate provider down, in a simulation stack."""

from novapay import wiring
from novapay.domain.caller import Scope
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.fx import ProviderSwitch
from novapay.usecases import simulate_provider as usecase

endpoint = Endpoint(__file__, scope=Scope.INTERNAL)


@endpoint.post("/fx/simulate/provider-down", "Take the rate provider down")
def simulate_provider_down() -> ProviderSwitch:
    """From now on every quote is refused with 503, as if the provider did not answer."""
    usecase.simulate_provider(wiring.resources(), is_down=True)
    return ProviderSwitch(provider="down")


handler = endpoint.handler
