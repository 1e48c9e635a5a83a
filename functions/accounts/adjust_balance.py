"""PATCH /accounts/wallets/{walletId}/balance: money enters or leaves."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.caller import Scope
from novapay.domain.errors import ScopeMissing
from novapay.http import api, idempotency_key
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.accounts import AdjustBalance, WalletBody
from novapay.http.schemas.fields import WalletIdField
from novapay.usecases import adjust_balance as usecase

app = api.resolver()


@app.patch(
    "/accounts/wallets/<walletId>/balance",
    **api.operation(
        "adjust_balance",
        service="accounts",
        summary="Credit or debit a wallet",
        model=WalletBody,
        errors=(ScopeMissing, *usecase.ERRORS),
    ),
)
def adjust_balance(
    walletId: WalletIdField, body: AdjustBalance, _key: idempotency_key.KeyHeader = None
) -> Response[str]:
    """Money that enters (credit) or leaves (debit) through the settlement wallets: internal.

    Both sides are written together, or nothing is. The wallet's account number is masked here."""
    answer = usecase.adjust_balance(
        wiring.resources(),
        wallet_id=walletId,
        entry_type=body.operation.entry_type,
        amount_text=body.amount,
        keyed_request=api.keyed_request(app, body),
        answer=api.answers(app, HTTPStatus.OK, WalletBody.masked),
    )
    return api.answer_response(answer)


handler = entrypoint(app, scope=Scope.INTERNAL)
