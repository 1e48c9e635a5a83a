"""List the transactions that touched a wallet."""

from novapay.domain.caller import TRUSTED
from novapay.domain.pages import Page
from novapay.domain.transaction import Transaction
from novapay.domain.wallet import WalletId
from novapay.store.resources import Resources
from novapay.store.tables import transfers
from novapay.usecases.list_entries import list_entries


def list_wallet_transactions(
    resources: Resources, wallet_id: WalletId, *, limit: int, offset: int
) -> Page[Transaction]:
    """Return the transactions behind a page of the wallet's entries, newest first. Three reads.

    Raises:
        WalletNotFound: there is no such wallet.
        InvariantViolated: an entry cannot be read.
        StoreUnavailable: DynamoDB did not answer.
    """
    page = list_entries(resources, wallet_id, TRUSTED, limit=limit, offset=offset)
    ids = list(dict.fromkeys(entry.transaction_id for entry in page.items))
    return Page(transfers.get_transactions(resources.database, ids), page.total)
