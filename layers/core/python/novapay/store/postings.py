"""A posting as writes: the wallets that it moves and the entries that it appends, in one commit."""

from novapay.domain.posting import Posting
from novapay.store.commit import Write
from novapay.store.tables import ledger, wallets


def writes_of(posting: Posting) -> list[Write]:
    """Return the writes that make a posting so, if every wallet is still as it was read."""
    return [*wallets.moves(posting), *ledger.appends(posting)]
