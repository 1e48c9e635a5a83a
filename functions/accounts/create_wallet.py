"""POST /accounts/wallets: open a wallet."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import NotTheOwner, OutcomeUnknown, TooManyWallets
from novapay.http import api, idempotency_key
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.accounts import CreateWallet, WalletBody, unmasked
from novapay.usecases import create_wallet as usecase
from novapay.wiring import accounts, encryption

app = api.resolver()


@app.post(
    "/accounts/wallets",
    **api.operation(
        "create_wallet",
        service="accounts",
        summary="Open a wallet",
        model=WalletBody,
        status=HTTPStatus.CREATED,
        errors=(NotTheOwner, OutcomeUnknown, TooManyWallets),
    ),
)
def create_wallet(body: CreateWallet, _key: idempotency_key.KeyHeader = None) -> Response[str]:
    """A new, empty wallet for a user, who may have thousands, several in one currency too."""
    api.caller(app).check_acts_for(body.user_id)
    answer = usecase.create_wallet(
        wiring.resources(),
        encryption.account_numbers(),
        user_id=body.user_id,
        wallets_max=accounts.wallets_per_user(),
        currency=body.currency,
        account_number=body.account_number,
        keyed_request=api.keyed_request(app, body),
        answer=api.answers(app, HTTPStatus.CREATED, WalletBody.masked),
    )
    return api.answer_response(unmasked(answer, body.account_number))


handler = entrypoint(app)
