"""Every minute: return the money of holds that have ended."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from novapay import wiring
from novapay.task import Event, has_time, task
from novapay.usecases import expire_holds as usecase


def expire_holds(_: Event, context: LambdaContext) -> Mapping[str, Any]:
    expired = usecase.expire_holds(wiring.resources(), has_time=lambda: has_time(context))
    return {"expired": expired}


handler = task("expire_holds", expire_holds)
