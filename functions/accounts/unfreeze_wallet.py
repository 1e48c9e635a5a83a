"""POST /accounts/wallets/{walletId}/unfreeze: a frozen wallet is active again."""

from novapay import wiring
from novapay.domain.caller import Scope
from novapay.domain.idempotency import Answer
from novapay.domain.wallet_status import StatusAction
from novapay.http import idempotency_key
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.accounts import StatusReason, WalletBody
from novapay.http.schemas.fields import WalletIdField
from novapay.usecases import change_wallet_status as usecase

endpoint = Endpoint(__file__, scope=Scope.INTERNAL)


@endpoint.post(
    "/accounts/wallets/<walletId>/unfreeze",
    "Unfreeze a wallet",
    model=WalletBody,
    errors=usecase.ERRORS,
)
def unfreeze_wallet(
    walletId: WalletIdField, body: StatusReason, _key: idempotency_key.KeyHeader = None
) -> Answer:
    """A frozen wallet can send money again.

    Internal. Who did it and why becomes a record that a hash chain protects."""
    return usecase.change_wallet_status(
        wiring.resources(),
        walletId,
        StatusAction.UNFREEZE,
        reason=body.reason,
        origin=endpoint.origin,
        keyed_request=endpoint.keyed_request(body),
        answer=endpoint.answers(WalletBody.masked),
    )


handler = endpoint.handler
