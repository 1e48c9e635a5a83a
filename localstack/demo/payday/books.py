"""Access to the tables of the local stack through the core's store."""

from __future__ import annotations

from localstack.common.aws import LocalAws
from localstack.common.environment import PREFIX
from novapay import clock
from novapay.domain.fault import Fault
from novapay.store.client import Database


class Unmetered:
    """Counts nothing: these calls do not belong to the product."""

    def count(self, name: str, value: float = 1) -> None:
        """See `novapay.domain.meter.Meter`."""

    def violation(self, *faults: Fault) -> None:
        """See `novapay.domain.meter.Meter`."""


def database_of(aws: LocalAws) -> Database:
    """Return the tables of the stack that runs on a local AWS."""
    return Database(aws.client("dynamodb"), PREFIX, Unmetered(), clock.now)
