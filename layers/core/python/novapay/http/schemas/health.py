"""A health check's answer."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path

from novapay.http.schemas.fields import Body

ServiceName = Annotated[
    Literal["accounts", "fx", "transactions", "ledger", "payroll", "admin"], Path()
]


class HealthBody(Body):
    """The service reached what it needs."""

    status: Literal["ok"]
    service: str
