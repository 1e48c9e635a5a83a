"""GET /accounts/wallets/user/{userId}: a user's wallets."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import NotTheOwner
from novapay.http import pagination
from novapay.http.endpoint import Endpoint
from novapay.http.responses import reply
from novapay.http.schemas.accounts import WalletList
from novapay.http.schemas.fields import UserIdField
from novapay.usecases import list_user_wallets as usecase
from novapay.usecases.get_account_number import get_account_number
from novapay.wiring import encryption

endpoint = Endpoint(__file__)


@endpoint.get(
    "/accounts/wallets/user/<userId>",
    "List a user's wallets",
    model=WalletList,
    errors=(NotTheOwner,),
)
def list_user_wallets(
    userId: UserIdField,
    limit: pagination.Limit = pagination.PAGE_SIZE_MAX,
    offset: pagination.Offset = 0,
) -> Response[str]:
    """A user's wallets, oldest first; account numbers are shown as for a single wallet."""
    caller = endpoint.caller()
    caller.check_acts_for(userId)
    page = usecase.list_user_wallets(wiring.resources(), userId, limit=limit, offset=offset)
    numbers, readers = encryption.account_numbers(), encryption.readers()
    shown = [get_account_number(numbers, it, caller, readers=readers) for it, _ in page.items]
    headers = pagination.headers(limit=limit, offset=offset, total=page.total)
    return reply(WalletList.of(page.items, shown), headers=headers)


handler = endpoint.handler
