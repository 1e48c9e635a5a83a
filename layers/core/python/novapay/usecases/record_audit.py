"""Append a line to the audit log."""

from novapay.domain.audit import NOBODY, AuditEvent, append
from novapay.store.commit import COMMIT_DEADLINE_S, Decision
from novapay.store.store import Store
from novapay.store.tables import audit

DENIED_DEADLINE_S = 2.0
"""Who is nobody may not keep functions waiting for the log."""


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

    deadline_s = DENIED_DEADLINE_S if event.actor == NOBODY else COMMIT_DEADLINE_S
    store.committer.commit(decide, deadline_s=deadline_s)
