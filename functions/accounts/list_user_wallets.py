"""GET /accounts/wallets/user/{userId}: a user's wallets."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import NotTheOwner
from novapay.http import api
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.accounts import WalletList
from novapay.http.schemas.fields import UserIdField
from novapay.usecases import list_user_wallets as usecase
from novapay.usecases.get_account_number import get_account_number
from novapay.wiring import encryption

app = api.resolver()


@app.get(
    "/accounts/wallets/user/<userId>",
    **api.operation(
        "list_user_wallets",
        service="accounts",
        summary="List a user's wallets",
        model=WalletList,
        errors=(NotTheOwner,),
    ),
)
def list_user_wallets(userId: UserIdField) -> Response[str]:
    """All wallets of a user, oldest first; none for a user who has none."""
    caller = api.caller(app)
    caller.check_acts_for(userId)
    wallets = usecase.list_user_wallets(wiring.store(), userId)
    numbers = encryption.account_numbers()
    shown = [(wallet, get_account_number(numbers, wallet, caller)) for wallet in wallets]
    return api.reply(WalletList.of(shown))


handler = entrypoint(app)
