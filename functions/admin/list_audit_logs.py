"""GET /admin/audit-logs: a page of the audit log."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.http import api
from novapay.http.admin import admin_entrypoint
from novapay.http.errors import Unauthorized
from novapay.http.pagination import PAGE_SIZE_DEFAULT, Limit, Offset
from novapay.http.schemas.admin import AuditLogPage
from novapay.usecases import list_audit_logs as usecase
from novapay.wiring import admin

app = api.resolver()


@app.get(
    "/admin/audit-logs",
    **api.operation(
        "list_audit_logs",
        service="admin",
        summary="List the audit log, newest first",
        model=AuditLogPage,
        errors=(Unauthorized,),
    ),
)
def list_audit_logs(limit: Limit = PAGE_SIZE_DEFAULT, offset: Offset = 0) -> Response[str]:
    """A page of what operators did; it never holds a token, and denied calls are not in it."""
    page = usecase.list_audit_logs(wiring.resources(), limit=limit, offset=offset)
    return api.reply(AuditLogPage.of(page, limit=limit, offset=offset))


handler = admin_entrypoint(app, admin.gate, "list_audit_logs")
