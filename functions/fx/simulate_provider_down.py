"""POST /fx/simulate/provider-down: take the rate provider down, in a simulation stack."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.caller import Scope
from novapay.domain.errors import ScopeMissing
from novapay.http import api
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.fx import ProviderSwitch
from novapay.usecases import simulate_provider as usecase

app = api.resolver()


@app.post(
    "/fx/simulate/provider-down",
    **api.operation(
        "simulate_provider_down",
        service="fx",
        summary="Take the rate provider down",
        model=ProviderSwitch,
        errors=(ScopeMissing,),
    ),
)
def simulate_provider_down() -> Response[str]:
    """From now on every quote is refused with 503, as if the provider did not answer."""
    usecase.simulate_provider(wiring.resources(), is_down=True)
    return api.reply(ProviderSwitch(provider="down"))


handler = entrypoint(app, scope=Scope.INTERNAL)
