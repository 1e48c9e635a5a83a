"""Every minute: set payroll jobs going that nobody is working on."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from novapay import wiring
from novapay.task import Event, has_time, task
from novapay.usecases import recover_jobs as usecase
from novapay.wiring import payroll


def recover(_: Event, context: LambdaContext) -> Mapping[str, Any]:
    recovered = usecase.recover_jobs(
        wiring.resources(),
        payroll.executions(),
        has_time=lambda: has_time(context),
    )
    return {
        "recovered": [
            {"jobId": job.job_id, "execution": job.execution_name, "requestId": job.request_id}
            for job in recovered
        ]
    }


handler = task("recover", recover)
