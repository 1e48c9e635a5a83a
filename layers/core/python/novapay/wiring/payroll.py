"""Puts Step Functions together; apart from the rest, so that only payroll pays for the client."""

import os
from functools import cache

from novapay.aws import connect
from novapay.domain.ports import Executions
from novapay.providers.executions import StateMachineExecutions
from novapay.settings import state_machine_arn_of


@cache
def executions() -> Executions:
    """Return where payroll jobs run."""
    return StateMachineExecutions(connect("stepfunctions"), state_machine_arn_of(os.environ))
