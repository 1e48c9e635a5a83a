"""GET /ledger/wallets/{walletId}/chain: has a wallet's history been changed?"""

from novapay import wiring
from novapay.domain.errors import ClockSkewed, WalletNotFound
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.fields import WalletIdField
from novapay.http.schemas.ledger import ChainCheck
from novapay.usecases import verify_chain as usecase

endpoint = Endpoint(__file__)


@endpoint.get(
    "/ledger/wallets/<walletId>/chain",
    "Verify a wallet's hash chain",
    errors=(WalletNotFound, ClockSkewed),
)
def verify_chain(walletId: WalletIdField) -> ChainCheck:
    """Whether every entry is there, unchanged and linked, up to the balance now.

    If not, tamperedAt and sequence point at the first entry that does not fit.
    """
    report = usecase.verify_wallet_chain(wiring.resources(), walletId, endpoint.caller())
    return ChainCheck.of(report)


handler = endpoint.handler
