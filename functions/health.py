"""GET /health and /{service}/health: does the service reach what it needs?"""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.http import api
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.health import HealthBody, ServiceName
from novapay.usecases import check_health as usecase

app = api.resolver()


@app.get(
    "/health",
    **api.operation("health", service="health", summary="Is NovaPay up?", model=HealthBody),
)
def health() -> Response[str]:
    """Yes, if every table answers."""
    usecase.check_health(wiring.resources(), *usecase.TABLES_OF)
    return api.reply(HealthBody(status="ok", service="novapay"))


@app.get(
    "/<service>/health",
    **api.operation(
        "service_health", service="health", summary="Is the service up?", model=HealthBody
    ),
)
def service_health(service: ServiceName) -> Response[str]:
    """Yes, if the tables that the service needs answer."""
    usecase.check_health(wiring.resources(), service)
    return api.reply(HealthBody(status="ok", service=service))


handler = entrypoint(app)
