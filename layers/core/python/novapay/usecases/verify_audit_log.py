"""Check the audit log's own chain."""

from novapay.domain.audit import verify_log
from novapay.domain.chain import ChainReport
from novapay.domain.fault import FaultKind
from novapay.store.resources import Resources
from novapay.store.tables import audit

BEYOND = 1_000
"""How many records past the head are read, to find forged ones."""


def verify_audit_log(resources: Resources) -> ChainReport:
    """Return whether the log is whole. Reads all of it, consistently.

    The head is read first, and only the records up to it are checked, so that records appended
    meanwhile do no harm. Records beyond the head are forged if the head has not moved by then.
    A broken chain is counted as a violation.

    Raises:
        StoreUnavailable: DynamoDB did not answer.
    """
    head = audit.get_head(resources.database)
    records = audit.list_records(resources.database, oldest=1, newest=head.sequence + BEYOND)
    latest = audit.get_head(resources.database)
    if latest.sequence > head.sequence:
        records = [record for record in records if record.sequence <= head.sequence]
    report = verify_log(records, head)
    if not report.valid:
        resources.meter.violation(report.fault(FaultKind.AUDIT_LOG))
    return report
