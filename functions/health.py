"""GET /health and /{service}/health: does the service reach what it needs?"""

from novapay import wiring
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.health import HealthBody, ServiceName
from novapay.usecases import check_health as usecase

endpoint = Endpoint(__file__)


@endpoint.get("/health", "Is NovaPay up?")
def health() -> HealthBody:
    """Yes, if every table answers."""
    usecase.check_health(wiring.resources(), *usecase.TABLES_OF)
    return HealthBody(status="ok", service="novapay")


@endpoint.get("/<service>/health", "Is the service up?")
def service_health(service: ServiceName) -> HealthBody:
    """Yes, if the tables that the service needs answer."""
    usecase.check_health(wiring.resources(), service)
    return HealthBody(status="ok", service=service)


handler = endpoint.handler
