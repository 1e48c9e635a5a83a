"""Last step of a payroll run: return what was not paid and close the job."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from novapay import wiring
from novapay.domain.payroll import JobId
from novapay.task import Event, task
from novapay.usecases import settle_job as usecase
from novapay.wiring import seals


def settle_job(event: Event, _: LambdaContext) -> Mapping[str, Any]:
    job = usecase.settle_job(wiring.resources(), seals.seals(), JobId(event["jobId"]))
    return {"jobId": job.job_id, "status": job.status.value}


handler = task("settle_job", settle_job)
