"""GET /admin/audit-logs/chain: has the audit log been changed?"""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.http import api
from novapay.http.admin import admin_entrypoint
from novapay.http.errors import Unauthorized
from novapay.http.schemas.ledger import ChainCheck
from novapay.usecases import verify_audit_log as usecase
from novapay.wiring import admin

app = api.resolver()


@app.get(
    "/admin/audit-logs/chain",
    **api.operation(
        "verify_audit_log",
        service="admin",
        summary="Verify the audit log's hash chain",
        model=ChainCheck,
        errors=(Unauthorized,),
    ),
)
def verify_audit_log() -> Response[str]:
    """Whether every line of the audit log is there, unchanged and linked."""
    report = usecase.verify_audit_log(wiring.resources())
    return api.reply(ChainCheck.of(report))


handler = admin_entrypoint(app, admin.gate, "verify_audit_log")
