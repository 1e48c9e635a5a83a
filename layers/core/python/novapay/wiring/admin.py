"""Puts the admin gate together; apart from the rest, so that only admin calls pay for it."""

import os
from dataclasses import dataclass
from functools import cache

from novapay import observability, wiring
from novapay.aws import connect
from novapay.domain.audit import AuditEvent
from novapay.domain.operator import identify
from novapay.providers.operators import SecretOperators
from novapay.settings import operators_secret_of
from novapay.usecases.record_audit import record_audit


@dataclass(frozen=True, slots=True)
class AdminGate:
    """Knows operators, and keeps the log; see `novapay.http.admin.Gate`."""

    operators: SecretOperators

    def operator_of(self, token: str) -> str | None:
        """Return the name of the operator whose token it is, or None."""
        operator = identify(token, self.operators.list_operators())
        return None if operator is None else operator.name

    def record(self, event: AuditEvent) -> None:
        """Append to the audit log."""
        record_audit(wiring.resources(), event)


@cache
def gate() -> AdminGate:
    """Return the gate of this deployment."""
    observability.name_stage(wiring.settings().stage)
    client = connect("secretsmanager")
    return AdminGate(SecretOperators(client, operators_secret_of(os.environ)))
