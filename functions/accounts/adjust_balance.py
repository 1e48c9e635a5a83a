"""PATCH /accounts/wallets/{walletId}/balance: money enters or leaves."""

from novapay import wiring
from novapay.domain.caller import Scope
from novapay.domain.idempotency import Answer
from novapay.http import idempotency_key
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.accounts import AdjustBalance, AdjustedWallet
from novapay.http.schemas.fields import WalletIdField
from novapay.usecases import adjust_balance as usecase

endpoint = Endpoint(__file__, scope=Scope.INTERNAL)


@endpoint.patch(
    "/accounts/wallets/<walletId>/balance",
    "Credit or debit a wallet",
    model=AdjustedWallet,
    errors=usecase.ERRORS,
)
def adjust_balance(
    walletId: WalletIdField, body: AdjustBalance, _key: idempotency_key.KeyHeader = None
) -> Answer:
    """Money that enters (credit) or leaves (debit) through the settlement wallets: internal.

    Both sides are written together, or nothing is. The answer is the wallet, with its account
    number masked, and the `transactionId` of the movement."""
    return usecase.adjust_balance(
        wiring.resources(),
        body.order(walletId, endpoint.caller()),
        keyed_request=endpoint.keyed_request(body),
        answer=endpoint.answers(AdjustedWallet.after),
    )


handler = endpoint.handler
