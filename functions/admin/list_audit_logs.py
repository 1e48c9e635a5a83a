"""GET /admin/audit-logs: a page of the audit log."""

from novapay import wiring
from novapay.http.admin import AdminEndpoint
from novapay.http.pagination import PAGE_SIZE_DEFAULT, Limit, Offset
from novapay.http.schemas.admin import AuditLogPage
from novapay.usecases import list_audit_logs as usecase
from novapay.wiring import admin

endpoint = AdminEndpoint(__file__, admin.operators, admin.record)


@endpoint.get("/admin/audit-logs", "List the audit log, newest first")
def list_audit_logs(limit: Limit = PAGE_SIZE_DEFAULT, offset: Offset = 0) -> AuditLogPage:
    """A page of what operators did; it never holds a token, and denied calls are not in it."""
    page = usecase.list_audit_logs(wiring.resources(), limit=limit, offset=offset)
    return AuditLogPage.of(page, limit=limit, offset=offset)


handler = endpoint.handler
