"""Every minute: set payroll jobs going that nobody is working on."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from novapay import observability, wiring, wiring_payroll
from novapay.task import Event, task
from novapay.usecases import recover_jobs as usecase


def recover(_: Event, __: LambdaContext) -> Mapping[str, Any]:
    recovered = usecase.recover_jobs(wiring.store(), wiring_payroll.executions())
    for job in recovered:
        observability.log_event("recovered", jobId=job.job_id, execution=job.execution_name)
    return {"recovered": len(recovered)}


handler = task("recover", recover)
