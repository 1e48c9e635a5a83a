"""List the transactions that touched a wallet."""

from novapay.domain.caller import TRUSTED
from novapay.domain.transaction import TransferPage
from novapay.domain.wallet import WalletId
from novapay.store.store import Store
from novapay.store.tables import transfers
from novapay.usecases.list_entries import list_entries


def list_wallet_transactions(
    store: Store, wallet_id: WalletId, *, limit: int, offset: int
) -> TransferPage:
    """Return the transactions behind a page of the wallet's entries, newest first. Three reads.

    Raises:
        WalletNotFound: there is no such wallet.
        InvariantViolated: an entry cannot be read.
        StoreUnavailable: DynamoDB did not answer.
    """
    page = list_entries(store, wallet_id, TRUSTED, limit=limit, offset=offset)
    ids = list(dict.fromkeys(entry.transaction_id for entry in page.entries))
    return TransferPage(transfers.get_transfers(store.database, ids), page.total)
