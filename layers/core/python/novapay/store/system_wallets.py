"""Reads the system's side of a posting; a shard that has no entry yet is not stored yet."""

from collections.abc import Iterable
from datetime import datetime

from novapay.domain.money import Currency
from novapay.domain.wallet import (
    Wallet,
    WalletId,
    WalletKind,
    system_shard_of,
    system_wallet_id,
)
from novapay.store.client import Database
from novapay.store.tables import wallets


def across_from(
    database: Database,
    wallet_id: WalletId,
    *,
    kind: WalletKind,
    currencies: Iterable[Currency],
    now: datetime,
) -> dict[Currency, Wallet]:
    """Return the shard of a system wallet that stands across from a client's, by currency.

    One read, whatever the number of currencies.

    Raises:
        StoreUnavailable: DynamoDB did not answer.
    """
    shard = system_shard_of(wallet_id)
    ids = {currency: system_wallet_id(kind, currency, shard) for currency in currencies}
    snapshot = database.read([wallets.key(system_id) for system_id in ids.values()])
    found = wallets.find(snapshot, list(ids.values()))
    return {
        currency: found.get(system_id)
        or Wallet.open_system(wallet_id=system_id, kind=kind, currency=currency, now=now)
        for currency, system_id in ids.items()
    }
