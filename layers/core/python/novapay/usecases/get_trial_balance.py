"""Take the trial balance while money is moving: as of an instant at which all is settled."""

from collections.abc import Iterator
from datetime import datetime

from novapay.domain.money import Money
from novapay.domain.trial_balance import SETTLED_AFTER, TrialBalance, add_up
from novapay.domain.wallet import Wallet, WalletKind
from novapay.store.store import Store
from novapay.store.tables import ledger, wallets


def get_trial_balance(store: Store) -> TrialBalance:
    """Return what all wallets held 30 seconds ago, by currency and kind.

    A scan of live balances would catch a transfer between its two sides. Every posting's entries
    share one instant, so the balances as of an instant that no commit can reach any more agree.
    A sum that is not zero is counted in `ledger_invariant_violations_total`.

    Raises:
        StoreUnavailable: DynamoDB did not answer.
    """
    as_of = store.now() - SETTLED_AFTER
    trial_balance = add_up(_balances(store, as_of), as_of=as_of)
    if not trial_balance.is_zero:
        store.meter.count("ledger_invariant_violations_total")
    return trial_balance


def _balances(store: Store, as_of: datetime) -> Iterator[tuple[WalletKind, Money]]:
    for wallet in wallets.scan_wallets(store.database):
        if wallet.posted_at <= as_of:
            yield wallet.kind, wallet.balance
        else:
            yield wallet.kind, _balance_as_of(store, wallet, as_of)


def _balance_as_of(store: Store, wallet: Wallet, as_of: datetime) -> Money:
    for entry in ledger.scan_newest(store.database, wallet.wallet_id):
        if entry.created_at <= as_of:
            return entry.balance_after
    return Money.zero(wallet.currency)
