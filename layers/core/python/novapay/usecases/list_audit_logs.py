"""List a page of the audit log."""

from novapay.domain.audit import AuditRecord
from novapay.domain.chain import well_formed
from novapay.domain.pages import Page, page_numbers
from novapay.store.resources import Resources
from novapay.store.tables import audit


def list_audit_logs(resources: Resources, *, limit: int, offset: int) -> Page[AuditRecord]:
    """Return `limit` records after skipping the newest `offset`. Two reads, whatever the offset.

    Raises:
        InvariantViolated: a record cannot be read.
        StoreUnavailable: DynamoDB did not answer.
    """
    head = audit.get_head(resources.database)
    numbers = page_numbers(head.sequence, limit=limit, offset=offset)
    if not numbers:
        return Page([], head.sequence)
    records = audit.list_records(
        resources.database, oldest=numbers[-1], newest=numbers[0], newest_first=True
    )
    page = [well_formed(record, "an audit record cannot be read") for record in records]
    return Page(page, head.sequence)
