"""Reads the system wallets of a posting; one without entries is not stored yet."""

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


def counterparty_wallets(
    database: Database,
    wallet_id: WalletId,
    *,
    kind: WalletKind,
    currencies: Iterable[Currency],
    now: datetime,
) -> dict[Currency, Wallet]:
    """Return the system wallets that are the counterparty of a client's wallet, by currency.

    One read, whatever the number of currencies.

    Args:
        database: the tables to read.
        wallet_id: the client's wallet; it determines the shard.
        kind: the kind of system wallet.
        currencies: one wallet for each.
        now: when a wallet that is not stored yet counts as opened.

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
