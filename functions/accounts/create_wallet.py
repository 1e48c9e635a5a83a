"""POST /accounts/wallets: open a wallet."""

from http import HTTPStatus

from novapay import wiring
from novapay.domain.errors import NotTheOwner, OutcomeUnknown, TooManyWallets
from novapay.domain.idempotency import Answer
from novapay.http import idempotency_key
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.accounts import CreateWallet, WalletBody, unmasked
from novapay.usecases import create_wallet as usecase
from novapay.wiring import accounts, encryption

endpoint = Endpoint(__file__)


@endpoint.post(
    "/accounts/wallets",
    "Open a wallet",
    model=WalletBody,
    status=HTTPStatus.CREATED,
    errors=(NotTheOwner, OutcomeUnknown, TooManyWallets),
)
def create_wallet(body: CreateWallet, _key: idempotency_key.KeyHeader = None) -> Answer:
    """A new, empty wallet for a user, who may have thousands, several in one currency too."""
    endpoint.caller().check_acts_for(body.user_id)
    answer = usecase.create_wallet(
        wiring.resources(),
        encryption.account_numbers(),
        user_id=body.user_id,
        wallets_max=accounts.wallets_per_user(),
        currency=body.currency,
        account_number=body.account_number,
        keyed_request=endpoint.keyed_request(body),
        answer=endpoint.answers(WalletBody.masked),
    )
    return unmasked(answer, body.account_number)


handler = endpoint.handler
