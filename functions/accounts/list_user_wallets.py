"""GET /accounts/wallets/user/{userId}: a user's wallets."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import NotTheOwner
from novapay.http import api, pagination
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
def list_user_wallets(
    userId: UserIdField,
    limit: pagination.Limit = pagination.PAGE_SIZE_MAX,
    offset: pagination.Offset = 0,
) -> Response[str]:
    """A user's wallets, oldest first; account numbers are shown as for a single wallet."""
    caller = api.caller(app)
    caller.check_acts_for(userId)
    page = usecase.list_user_wallets(wiring.resources(), userId, limit=limit, offset=offset)
    numbers, readers = encryption.account_numbers(), encryption.readers()
    shown = [(it, get_account_number(numbers, it, caller, readers=readers)) for it in page.items]
    headers = pagination.headers(limit=limit, offset=offset, total=page.total)
    return api.reply(WalletList.of(shown), headers=headers)


handler = entrypoint(app)
