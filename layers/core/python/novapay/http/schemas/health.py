"""A health check's answer."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field

from novapay.http.schemas.fields import Body

ServiceName = Annotated[
    Literal["accounts", "fx", "transactions", "ledger", "payroll", "admin"], Path()
]


class HealthBody(Body):
    """The service reached what it needs."""

    status: Literal["ok"] = Field(
        description="Always `ok`: a service that cannot reach what it needs answers 503."
    )
    service: str = Field(description="The service that was asked; `novapay` for all of them.")
