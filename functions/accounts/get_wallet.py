"""GET /accounts/wallets/{walletId}: a wallet as it is now."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import WalletNotFound
from novapay.http import api
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.accounts import WalletBody
from novapay.http.schemas.fields import WalletIdField
from novapay.usecases import get_wallet as usecase
from novapay.usecases.get_account_number import get_account_number
from novapay.wiring import encryption

app = api.resolver()


@app.get(
    "/accounts/wallets/<walletId>",
    **api.operation(
        "get_wallet",
        service="accounts",
        summary="Get a wallet",
        model=WalletBody,
        errors=(WalletNotFound,),
    ),
)
def get_wallet(walletId: WalletIdField) -> Response[str]:
    """The wallet as it is now: the read is strongly consistent.

    The account number is masked unless the wallet is the caller's own, or the caller's IAM role may
    read account numbers.
    """
    caller = api.caller(app)
    wallet = usecase.get_wallet(wiring.resources(), walletId, caller)
    account_number = get_account_number(
        encryption.account_numbers(), wallet, caller, readers=encryption.readers()
    )
    return api.reply(WalletBody.whole(wallet, account_number))


handler = entrypoint(app)
