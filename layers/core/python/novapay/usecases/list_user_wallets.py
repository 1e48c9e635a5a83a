"""Look at the wallets of a user, as they are now."""

from novapay.domain.money import Money
from novapay.domain.pages import Page
from novapay.domain.wallet import SYSTEM_USER, UserId, Wallet, held_of, hold_wallet_id
from novapay.store.resources import Resources
from novapay.store.tables import wallets


def list_user_wallets(
    resources: Resources, user_id: UserId, *, limit: int, offset: int
) -> Page[tuple[Wallet, Money]]:
    """Return a page of a user's wallets with what is held of each, oldest first.

    There is none for a user that we do not know. Three reads: the index, the wallets of the page,
    and their hold wallets.

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
    kept = resources.database.read([wallets.key(hold_wallet_id(it)) for it in wallet_ids])
    found = wallets.all_in(snapshot.with_more(kept))
    shown = [(found[it], held_of(found[it], found)) for it in wallet_ids if it in found]
    return Page(shown, len(all_ids))
