"""Puts Step Functions together; apart from the rest, so that only payroll pays for the client."""

import os
from functools import cache

import boto3

from novapay.domain.ports import Executions
from novapay.providers.bounds import BOUNDED
from novapay.providers.executions import StateMachineExecutions
from novapay.settings import state_machine_arn_of


@cache
def executions() -> Executions:
    """Return where payroll jobs run."""
    return StateMachineExecutions(
        boto3.client("stepfunctions", config=BOUNDED), state_machine_arn_of(os.environ)
    )
