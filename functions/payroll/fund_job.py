"""First step of a payroll run: set the money aside and say which lanes there are."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from novapay import wiring
from novapay.domain.payroll import (
    JobId,
    JobStatus,
)
from novapay.task import Event, task
from novapay.usecases import fund_job as usecase
from novapay.wiring import seals


def fund_job(event: Event, _: LambdaContext) -> Mapping[str, Any]:
    job = usecase.fund_job(wiring.resources(), seals.seals(), JobId(event["jobId"]))
    lanes = range(job.lanes) if job.status is JobStatus.PROCESSING else ()
    carried = {"jobId": job.job_id, "requestId": event.get("requestId")}
    return {
        **carried,
        "status": job.status.value,
        "lanes": [{**carried, "lane": lane} for lane in lanes],
    }


handler = task("fund_job", fund_job)
