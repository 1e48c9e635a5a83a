"""Puts together who may call as an operator; apart, so that only admin calls pay for it."""

import os
from functools import cache

from novapay import observability, wiring
from novapay.aws import connect
from novapay.domain.audit import AuditEvent
from novapay.domain.ports import Operators
from novapay.providers.operators import SecretOperators
from novapay.settings import operators_secret_of
from novapay.usecases.record_audit import record_audit


@cache
def operators() -> Operators:
    """Return the operators of this deployment."""
    observability.name_stage(wiring.settings().stage)
    return SecretOperators(connect("secretsmanager"), operators_secret_of(os.environ))


def record(event: AuditEvent) -> None:
    """Append to the audit log of this deployment."""
    record_audit(wiring.resources(), event)
