"""Append a line to the audit log."""

from novapay.domain.audit import AuditEvent, append
from novapay.store.commit import Decision
from novapay.store.store import Store
from novapay.store.tables import audit


def record_audit(store: Store, event: AuditEvent) -> None:
    """Append what happened; when this returns, it is in the log.

    Raises:
        Contention, StoreUnavailable: it is not; the caller must not answer the call.
    """
    entry_id = store.new_id()

    def decide() -> Decision[None]:
        head = audit.get_head(store.database)
        record = append(head, event, entry_id=entry_id, now=store.now())
        return Decision(None, audit.append(head, record))

    store.committer.commit(decide)
