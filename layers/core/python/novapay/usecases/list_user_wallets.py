"""Look at the wallets of a user, as they are now."""

from novapay.domain.pages import Page
from novapay.domain.wallet import SYSTEM_USER, UserId, Wallet
from novapay.store.resources import Resources
from novapay.store.tables import wallets


def list_user_wallets(
    resources: Resources, user_id: UserId, *, limit: int, offset: int
) -> Page[Wallet]:
    """Return a page of a user's wallets, oldest first; none for a user that we do not know.

    Two reads: the index, and the wallets of the page.

    Args:
        resources: what it works with: the tables, the clock.
        user_id: whose.
        limit: how many, at most 100.
        offset: how many of the oldest to skip.

    Raises:
        StoreUnavailable: DynamoDB did not answer.
    """
    if user_id == SYSTEM_USER:
        return Page([], 0)
    all_ids = wallets.list_wallet_ids(resources.database, user_id)
    wallet_ids = all_ids[offset : offset + limit]
    if not wallet_ids:
        return Page([], len(all_ids))
    snapshot = resources.database.read([wallets.key(wallet_id) for wallet_id in wallet_ids])
    found = wallets.all_in(snapshot)
    return Page([found[it] for it in wallet_ids if it in found], len(all_ids))
