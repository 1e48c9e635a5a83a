"""GET /transactions/transfers: a wallet's transactions, or the one that has a reference."""

from novapay import wiring
from novapay.domain.errors import WalletNotFound
from novapay.http.endpoint import Endpoint
from novapay.http.pagination import PAGE_SIZE_DEFAULT, Limit
from novapay.http.schemas import transfer_list as query
from novapay.usecases import list_transfers as usecase

endpoint = Endpoint(__file__)


@endpoint.get(
    "/transactions/transfers",
    "List a wallet's transfers, or find one by its reference",
    errors=(WalletNotFound,),
)
def list_transfers(  # noqa: PLR0917 - the parameters of its query
    walletId: query.OfWallet = None,
    reference: query.Named = None,
    begin: query.From = None,
    end: query.To = None,
    kind: query.Type = None,
    status: query.Status = None,
    limit: Limit = PAGE_SIZE_DEFAULT,
    cursor: query.After = None,
) -> query.TransferList:
    """Transactions of all types, refused ones too, newest first, or the one with a reference. Rows
    that are added while you read make the list neither repeat nor skip any."""
    asked = query.asked(walletId, reference, begin, end, kind, status, cursor)
    page = usecase.list_transfers(wiring.resources(), asked, endpoint.caller(), limit=limit)
    return query.TransferList.of(page, asked)


handler = endpoint.handler
