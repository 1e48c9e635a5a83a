"""Middle step of a payroll run: pay a lane for as long as this invocation may last."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from novapay import wiring
from novapay.domain.payroll import JobId
from novapay.task import Event, has_time, task
from novapay.usecases import pay_lane as usecase
from novapay.wiring import seals


def pay_lane(event: Event, context: LambdaContext) -> Mapping[str, Any]:
    done = usecase.pay_lane(
        wiring.resources(),
        seals.seals(),
        JobId(event["jobId"]),
        event["lane"],
        has_time=lambda: has_time(context),
    )
    carried = {"jobId": event["jobId"], "requestId": event.get("requestId")}
    return {**carried, "lane": event["lane"], "done": done}


handler = task("pay_lane", pay_lane)
