"""Take the trial balance while money is moving: as of an instant whose commits have all ended."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from novapay.domain.entry import Entry
from novapay.domain.meter import INVARIANT_VIOLATIONS
from novapay.domain.money import Money
from novapay.domain.transfer import EntryKey
from novapay.domain.trial_balance import SETTLED_AFTER, TrialBalance, add_up
from novapay.domain.wallet import Wallet, WalletKind
from novapay.store.client import BATCH_READS_MAX
from novapay.store.store import Store
from novapay.store.tables import ledger, wallets


def get_trial_balance(store: Store) -> TrialBalance:
    """Return the balances of all wallets 30 seconds ago, added up by currency and kind.

    A scan of current balances could see one side of a transfer without the other. All entries of
    a posting have the same instant, and no commit can add entries at an instant that is 30
    seconds old: so the balances as of that instant are consistent.
    A sum that is not zero is counted in `INVARIANT_VIOLATIONS`.

    Raises:
        StoreUnavailable: DynamoDB did not answer.
    """
    as_of = store.now() - SETTLED_AFTER
    trial_balance = add_up(_balances(store, as_of), as_of=as_of)
    if not trial_balance.is_zero:
        store.meter.count(INVARIANT_VIOLATIONS)
    return trial_balance


def _balances(store: Store, as_of: datetime) -> Iterator[tuple[WalletKind, Money]]:
    moved = []
    for wallet in wallets.scan_wallets(store.database):
        if wallet.posted_at <= as_of:
            yield wallet.kind, wallet.balance
        else:
            moved.append(wallet)
    for start in range(0, len(moved), BATCH_READS_MAX):
        yield from _balances_as_of(store, moved[start : start + BATCH_READS_MAX], as_of)


def _balances_as_of(
    store: Store, moved: Sequence[Wallet], as_of: datetime
) -> Iterator[tuple[WalletKind, Money]]:
    """Yield the balances as of the instant of wallets that have moved since.

    Most have one new entry, as after a payroll, so the entry before the last is read for all."""
    before_last = [EntryKey(it.wallet_id, it.sequence - 1) for it in moved if it.sequence > 1]
    entries = ledger.get_entries(store.database, before_last) if before_last else []
    entry_of = dict(zip((it.wallet_id for it in before_last), entries, strict=True))
    for wallet in moved:
        entry = entry_of.get(wallet.wallet_id)
        if wallet.sequence <= 1:
            yield wallet.kind, Money.zero(wallet.currency)
        elif isinstance(entry, Entry) and entry.created_at <= as_of:
            yield wallet.kind, entry.balance_after
        else:
            yield wallet.kind, _balance_as_of(store, wallet, as_of)


def _balance_as_of(store: Store, wallet: Wallet, as_of: datetime) -> Money:
    for entry in ledger.scan_newest(store.database, wallet.wallet_id):
        if entry.created_at <= as_of:
            return entry.balance_after
    return Money.zero(wallet.currency)
