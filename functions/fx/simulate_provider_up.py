"""POST /fx/simulate/provider-up: bring the rate provider back, in a simulation stack."""

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
    "/fx/simulate/provider-up",
    **api.operation(
        "simulate_provider_up",
        service="fx",
        summary="Bring the rate provider back",
        model=ProviderSwitch,
        errors=(ScopeMissing,),
    ),
)
def simulate_provider_up() -> Response[str]:
    """The rate provider answers again."""
    usecase.simulate_provider(wiring.resources(), is_down=False)
    return api.reply(ProviderSwitch(provider="up"))


handler = entrypoint(app, scope=Scope.INTERNAL)
