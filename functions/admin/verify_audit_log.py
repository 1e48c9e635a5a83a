"""GET /admin/audit-logs/chain: has the audit log been changed?"""

from novapay import wiring
from novapay.http.admin import AdminEndpoint
from novapay.http.schemas.ledger import ChainCheck
from novapay.usecases import verify_audit_log as usecase
from novapay.wiring import admin

endpoint = AdminEndpoint(__file__, admin.operators, admin.record)


@endpoint.get("/admin/audit-logs/chain", "Verify the audit log's hash chain")
def verify_audit_log() -> ChainCheck:
    """Whether every line of the audit log is there, unchanged and linked."""
    report = usecase.verify_audit_log(wiring.resources())
    return ChainCheck.of(report)


handler = endpoint.handler
