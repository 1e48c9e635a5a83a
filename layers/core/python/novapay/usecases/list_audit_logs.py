"""A page of the audit log."""

from novapay.domain.audit import AuditPage, AuditRecord
from novapay.domain.chain import MalformedEntry
from novapay.domain.errors import InvariantViolated
from novapay.store.store import Store
from novapay.store.tables import audit


def list_audit_logs(store: Store, *, limit: int, offset: int) -> AuditPage:
    """Return `limit` records after skipping the newest `offset`. Two reads, whatever the offset.

    Raises:
        InvariantViolated: a record is not what we wrote.
        StoreUnavailable: DynamoDB did not answer.
    """
    head = audit.get_head(store.database)
    newest = head.sequence - offset
    if newest < 1:
        return AuditPage([], head.sequence)
    oldest = max(1, newest - limit + 1)
    records = audit.list_records(store.database, oldest=oldest, newest=newest, newest_first=True)
    return AuditPage([_well_formed(record) for record in records], head.sequence)


def _well_formed(record: AuditRecord | MalformedEntry) -> AuditRecord:
    if isinstance(record, MalformedEntry):
        facts = {"sequence": str(record.sequence)}
        raise InvariantViolated("an audit record cannot be read", facts)
    return record
