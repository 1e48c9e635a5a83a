"""Wallets: how they begin, and where the system's are found."""

from collections import Counter

import pytest

from novapay.domain.account_number import EncryptedAccountNumber
from novapay.domain.wallet import (
    GENESIS,
    SYSTEM_SHARDS,
    SYSTEM_USER,
    UserId,
    Wallet,
    WalletId,
    WalletKind,
    system_shard_of,
    system_wallet_id,
)
from tests.support.domain import EUR, NOW, USD, id_of


def test_a_new_wallet_is_empty_active_and_has_no_history() -> None:
    wallet = Wallet.open(
        wallet_id=WalletId(id_of("alice")),
        user_id=UserId(id_of("owner")),
        currency=EUR,
        account_number=EncryptedAccountNumber(b"\x02", "001"),
        now=NOW,
    )

    assert str(wallet.balance) == "0.00000000"
    assert wallet.currency == EUR
    assert wallet.is_active
    assert (wallet.sequence, wallet.head_hash) == (0, GENESIS)
    assert wallet.kind is WalletKind.CLIENT


def test_only_where_money_enters_or_is_exchanged_may_a_wallet_be_negative() -> None:
    negative = {kind for kind in WalletKind if kind.may_be_negative}

    assert negative == {WalletKind.SETTLEMENT, WalletKind.LIQUIDITY}


def test_a_system_wallet_belongs_to_the_system() -> None:
    wallet = Wallet.open_system(
        wallet_id=WalletId(id_of("settlement")), kind=WalletKind.SETTLEMENT, currency=USD, now=NOW
    )

    assert wallet.user_id == SYSTEM_USER
    assert wallet.account_number is None


def test_the_id_of_a_system_wallet_never_changes() -> None:
    # Stored wallets are found under these ids: a change of the rule would lose their money.
    ids = [system_wallet_id(WalletKind.SETTLEMENT, USD, shard) for shard in (0, 15)]

    assert ids == ["323a34cc-d3b2-57d5-a6d4-86a5e0cca796", "079c3ba0-bbb4-553d-aaef-c234646a4ebe"]


def test_every_kind_currency_and_shard_has_an_id_of_its_own() -> None:
    ids = {
        system_wallet_id(kind, currency, shard)
        for kind in WalletKind
        for currency in (USD, EUR)
        for shard in range(SYSTEM_SHARDS)
    }

    assert len(ids) == len(WalletKind) * 2 * SYSTEM_SHARDS


@pytest.mark.parametrize(("name", "shard"), [("alice", 13), ("bob", 10), ("carol", 11)])
def test_a_wallet_meets_the_same_shard_for_ever(name: str, shard: int) -> None:
    assert system_shard_of(WalletId(id_of(name))) == shard


def test_no_shard_is_hot() -> None:
    wallets = 16_000
    met = Counter(system_shard_of(WalletId(id_of(f"wallet {n}"))) for n in range(wallets))

    even = wallets / SYSTEM_SHARDS
    assert set(met) == set(range(SYSTEM_SHARDS))
    assert max(met.values()) < 1.2 * even
