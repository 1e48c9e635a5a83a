"""Employees by the hundred, stored as `create_wallet` stores them but many a call, and without
account numbers."""

from collections.abc import Sequence
from datetime import datetime

from novapay.domain.money import Currency
from novapay.domain.wallet import UserId, Wallet, WalletId
from novapay.store.client import Database
from novapay.store.tables import wallets


def store_wallets(
    database: Database,
    holders: Sequence[tuple[WalletId, UserId]],
    currency: Currency,
    now: datetime,
) -> None:
    """Store a new, empty wallet for each holder."""
    opened = [
        Wallet.open(
            wallet_id=wallet_id,
            user_id=user_id,
            currency=currency,
            account_number=None,
            now=now,
        )
        for wallet_id, user_id in holders
    ]
    database.put_all(wallets.TABLE, [wallets.create(wallet).request["Item"] for wallet in opened])
