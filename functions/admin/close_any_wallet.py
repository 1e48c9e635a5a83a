"""POST /admin/wallets/{walletId}/close: for good, if it is empty, by an operator."""

from novapay import wiring
from novapay.domain.idempotency import Answer
from novapay.domain.wallet_status import StatusAction
from novapay.http.admin import AdminEndpoint
from novapay.http.schemas.accounts import StatusReason
from novapay.http.schemas.admin import AdminWalletBody
from novapay.http.schemas.fields import WalletIdField
from novapay.usecases import change_wallet_status as usecase
from novapay.wiring import admin

endpoint = AdminEndpoint(__file__, admin.operators, admin.record)


@endpoint.post(
    "/admin/wallets/<walletId>/close",
    "Close any client's wallet",
    model=AdminWalletBody,
    errors=usecase.CLOSE_ERRORS,
)
def close_any_wallet(walletId: WalletIdField, body: StatusReason) -> Answer:
    """For good: nothing leaves the wallet or arrives any more. It must be empty.

    The operator, the time and the reason become a record that a hash chain protects.
    """
    return usecase.change_wallet_status(
        wiring.resources(),
        walletId,
        StatusAction.CLOSE,
        reason=body.reason,
        origin=endpoint.origin,
        keyed_request=None,
        answer=endpoint.answers(AdminWalletBody.of),
    )


handler = endpoint.handler
