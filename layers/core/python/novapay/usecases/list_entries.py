"""List a page of a wallet's statement."""

from novapay.domain.caller import Caller
from novapay.domain.entry import Entry
from novapay.domain.errors import WalletNotFound
from novapay.domain.pages import Page, page_numbers
from novapay.domain.wallet import WalletId
from novapay.store.resources import Resources
from novapay.store.tables import ledger, wallets


def list_entries(
    resources: Resources, wallet_id: WalletId, caller: Caller, *, limit: int, offset: int
) -> Page[Entry]:
    """Return `limit` entries after skipping the newest `offset`. Two reads, whatever the offset.

    Entries are numbered without gaps, so the page is a range of numbers.

    Raises:
        WalletNotFound: there is no such wallet, or it is another user's.
        InvariantViolated: an entry cannot be read.
        StoreUnavailable: DynamoDB did not answer.
    """
    wallet = wallets.get_wallet(resources.database, wallet_id)
    if wallet is None or not caller.may_act_for(wallet.user_id):
        raise WalletNotFound(wallet_id)
    numbers = page_numbers(wallet.sequence, limit=limit, offset=offset)
    if not numbers:
        return Page([], wallet.sequence)
    page = ledger.list_page(resources.database, wallet_id, newest=numbers[0], oldest=numbers[-1])
    return Page(page, wallet.sequence)
