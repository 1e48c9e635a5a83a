"""Append a line to the audit log."""

from novapay.domain.audit import AuditEvent, append
from novapay.store.commit import Decision
from novapay.store.resources import Resources
from novapay.store.tables import audit


def record_audit(resources: Resources, event: AuditEvent) -> None:
    """Append what happened; when this returns, it is in the log.

    Raises:
        Contention, StoreUnavailable: it is not; the caller must not answer the call.
    """
    entry_id = resources.new_id()

    def decide() -> Decision[None]:
        head = audit.get_head(resources.database)
        record = append(head, event, entry_id=entry_id, now=resources.now())
        return Decision(None, audit.append(head, record))

    resources.committer.commit(decide)
