"""List the holds of a wallet, the newest first."""

from collections.abc import Sequence
from datetime import datetime

from novapay.domain.caller import Caller
from novapay.domain.entry import Entry, EntryType
from novapay.domain.errors import WalletNotFound
from novapay.domain.hold import Hold, HoldsPage, HoldStatus
from novapay.domain.wallet import WalletId, hold_wallet_id, require_client
from novapay.store.resources import Resources
from novapay.store.tables import holds, ledger, wallets

ENTRIES_EXAMINED_MAX = 100
"""How many entries of the hold wallet one page looks at, whatever it finds among them."""


def list_holds(
    resources: Resources,
    wallet_id: WalletId,
    caller: Caller,
    *,
    status: HoldStatus | None,
    limit: int,
    before: int | None,
) -> HoldsPage:
    """Return a page of a wallet's holds. Three reads, however many holds the wallet has.

    The chain of the hold wallet lists them: each hold is one CREDIT of it. A page may have fewer
    than `limit`, even none, and not be the last, as it looks at ENTRIES_EXAMINED_MAX entries.

    Args:
        resources: what it works with: the tables, the clock.
        wallet_id: whose holds.
        caller: who asks; it may act for the wallet's owner.
        status: which alone are wanted; None for all.
        limit: how many, at most.
        before: the number below which the page begins; None for the newest.

    Raises:
        WalletNotFound: there is no such wallet, or it is another user's.
        InvariantViolated: an entry or a hold cannot be read.
        StoreUnavailable: DynamoDB did not answer.
    """
    database, now = resources.database, resources.now()
    kept_id = hold_wallet_id(wallet_id)
    found = wallets.all_in(database.read([wallets.key(wallet_id), wallets.key(kept_id)]))
    wallet = require_client(found.get(wallet_id), wallet_id)
    if not caller.may_act_for(wallet.user_id):
        raise WalletNotFound(wallet_id)
    last = found[kept_id].sequence if kept_id in found else 0
    newest = last if before is None else min(last, before - 1)
    oldest = max(1, newest - ENTRIES_EXAMINED_MAX + 1)
    if newest < 1:
        return HoldsPage([], now, None)
    entries = ledger.list_page(database, kept_id, newest=newest, oldest=oldest)
    made = [entry for entry in entries if entry.entry_type is EntryType.CREDIT]
    chosen = _chosen(resources, made, status, now)[:limit]
    reached = chosen[-1][0] if len(chosen) == limit else oldest
    return HoldsPage([hold for _, hold in chosen], now, reached if reached > 1 else None)


def _chosen(
    resources: Resources, made: Sequence[Entry], status: HoldStatus | None, now: datetime
) -> list[tuple[int, Hold]]:
    """Return the holds that have a status, each with the number of its entry."""
    if not made:
        return []
    keys = [holds.key(entry.transaction_id) for entry in made]
    snapshot = resources.database.read(keys)
    found = [(entry.sequence, holds.find(snapshot, entry.transaction_id)) for entry in made]
    return [
        (sequence, hold)
        for sequence, hold in found
        if hold is not None and status in (None, hold.status_at(now))
    ]
