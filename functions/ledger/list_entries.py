"""GET /ledger/wallets/{walletId}/entries: a wallet's statement, whole or of a period."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import WalletNotFound
from novapay.http import statements
from novapay.http.endpoint import Endpoint
from novapay.http.pagination import Offset
from novapay.http.schemas.fields import WalletIdField
from novapay.http.schemas.statement import From, StatementBody, StatementLimit, To, period_of
from novapay.usecases import get_statement as usecase

endpoint = Endpoint(__file__)


@endpoint.get(
    "/ledger/wallets/<walletId>/entries",
    "List a wallet's entries, newest first",
    model=StatementBody,
    errors=(WalletNotFound,),
    is_csv_too=True,
)
def list_entries(
    walletId: WalletIdField,
    begin: From = None,
    end: To = None,
    limit: StatementLimit = None,
    offset: Offset = 0,
) -> Response[str]:
    """A page of the entries as they were written, each with what its transaction says.

    With `Accept: text/csv` it is CSV without formulas, a thousand entries a page: follow `link`."""
    form = statements.form_of(endpoint.event, period_of(begin, end), limit=limit, offset=offset)
    caller = endpoint.caller()
    statement = usecase.get_statement(wiring.resources(), walletId, caller, **form.asked())
    return form.response(statement)


handler = endpoint.handler
