"""The writes of a posting: its wallets and its entries, for one commit."""

from novapay.domain.posting import Posting
from novapay.store.commit import Write
from novapay.store.tables import ledger, wallets


def writes_of(posting: Posting) -> list[Write]:
    """Return the writes of a posting, which succeed if every wallet is still as it was read."""
    return [*wallets.moves(posting), *ledger.appends(posting)]
