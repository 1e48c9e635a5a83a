"""A wallet: one owner, one currency, a balance, and the head of its chain of entries."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType, Self
from zlib import crc32

from novapay.domain.account_number import EncryptedAccountNumber
from novapay.domain.errors import WalletNotFound
from novapay.domain.money import Currency, Money

WalletId = NewType("WalletId", str)
UserId = NewType("UserId", str)

GENESIS = "GENESIS"
SYSTEM_USER = UserId("00000000-0000-0000-0000-000000000000")
SYSTEM_SHARDS = 16

_SYSTEM_NAMESPACE = uuid.UUID("6e6f7661-7061-5900-8000-73797374656d")


class WalletKind(StrEnum):
    """What a wallet is for. Clients may name client wallets only."""

    CLIENT = "client"
    SETTLEMENT = "settlement"
    LIQUIDITY = "liquidity"
    PAYROLL_FLOAT = "payroll-float"
    HOLD = "hold"

    @property
    def may_be_negative(self) -> bool:
        """Settlement and liquidity wallets may be negative: they mirror client money."""
        return self in (WalletKind.SETTLEMENT, WalletKind.LIQUIDITY)


class WalletStatus(StrEnum):
    """What may happen to a wallet's money.

    ACTIVE: everything. FROZEN: nothing leaves, credits arrive. CLOSED: nothing, for good.
    """

    ACTIVE = "ACTIVE"
    FROZEN = "FROZEN"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """A wallet as it stands after its entry number `sequence`, whose hash is `head_hash`.

    Attributes:
        status: what its last change of status says; ACTIVE if there was none.
        status_changes: how many changes of status it has had. Their records are a chain of their
            own in the table `audit`.
        status_hash: the hash of the last of these records; GENESIS if there is none.
    """

    wallet_id: WalletId
    user_id: UserId
    kind: WalletKind
    balance: Money
    sequence: int
    head_hash: str
    status: WalletStatus
    created_at: datetime
    posted_at: datetime
    account_number: EncryptedAccountNumber | None = None
    status_changes: int = 0
    status_hash: str = GENESIS

    @property
    def is_active(self) -> bool:
        return self.status is WalletStatus.ACTIVE

    @property
    def currency(self) -> Currency:
        return self.balance.currency

    @classmethod
    def open(
        cls,
        *,
        wallet_id: WalletId,
        user_id: UserId,
        currency: Currency,
        now: datetime,
        kind: WalletKind = WalletKind.CLIENT,
        account_number: EncryptedAccountNumber | None = None,
    ) -> Self:
        """Return a new wallet: empty, active, without entries."""
        return cls(
            wallet_id=wallet_id,
            user_id=user_id,
            kind=kind,
            balance=Money.zero(currency),
            sequence=0,
            head_hash=GENESIS,
            status=WalletStatus.ACTIVE,
            created_at=now,
            posted_at=now,
            account_number=account_number,
        )

    @classmethod
    def open_system(
        cls, *, wallet_id: WalletId, kind: WalletKind, currency: Currency, now: datetime
    ) -> Self:
        """Return a system wallet as it is before its first entry; that entry's commit stores it."""
        return cls.open(
            wallet_id=wallet_id, user_id=SYSTEM_USER, kind=kind, currency=currency, now=now
        )


def require_client(wallet: Wallet | None, wallet_id: WalletId) -> Wallet:
    """Return the wallet that was found under an id that a client named.

    Args:
        wallet: what was found; None for nothing.
        wallet_id: the id that was named.

    Raises:
        WalletNotFound: nothing was found, or a system wallet, which clients may not name.
    """
    if wallet is None or wallet.kind is not WalletKind.CLIENT:
        raise WalletNotFound(wallet_id)
    return wallet


@dataclass(frozen=True, slots=True)
class SystemWallet:
    """Which system wallet is meant; it is stored by the commit of its first entry."""

    kind: WalletKind
    currency: Currency
    shard: int

    @classmethod
    def opposite(cls, wallet_id: WalletId, kind: WalletKind, currency: Currency) -> Self:
        """Return the system wallet that a client's wallet is posted against."""
        return cls(kind, currency, system_shard_of(wallet_id))

    @property
    def wallet_id(self) -> WalletId:
        return system_wallet_id(self.kind, self.currency, self.shard)

    def found_in(self, wallets: Mapping[WalletId, Wallet], *, now: datetime) -> Wallet:
        """Return it as it is stored, or as it is before its first entry, opened at `now`."""
        return wallets.get(self.wallet_id) or Wallet.open_system(
            wallet_id=self.wallet_id, kind=self.kind, currency=self.currency, now=now
        )


def hold_wallet_id(wallet_id: WalletId) -> WalletId:
    """Return the id of the system wallet that keeps what is held of one client's wallet."""
    return WalletId(str(uuid.uuid5(_SYSTEM_NAMESPACE, f"{WalletKind.HOLD}:{wallet_id}")))


def hold_wallet_of(wallet: Wallet, wallets: Mapping[WalletId, Wallet], *, now: datetime) -> Wallet:
    """Return what keeps a client's held money, as stored or as it is before its first entry.

    Args:
        wallet: the client's.
        wallets: what was read, by id.
        now: when it is opened, if it is not stored yet.
    """
    wallet_id = hold_wallet_id(wallet.wallet_id)
    return wallets.get(wallet_id) or Wallet.open_system(
        wallet_id=wallet_id, kind=WalletKind.HOLD, currency=wallet.currency, now=now
    )


def held_of(wallet: Wallet, wallets: Mapping[WalletId, Wallet]) -> Money:
    """Return what is set aside of a client's wallet: what its hold wallet has, if there is one."""
    kept = wallets.get(hold_wallet_id(wallet.wallet_id))
    return Money.zero(wallet.currency) if kept is None else kept.balance


def system_wallet_id(kind: WalletKind, currency: Currency, shard: int) -> WalletId:
    """Return the id of one shard of a system wallet; it is derived from the arguments."""
    return WalletId(str(uuid.uuid5(_SYSTEM_NAMESPACE, f"{kind}:{currency}:{shard}")))


def system_shard_of(wallet_id: WalletId) -> int:
    """Return the shard of the system wallets that a client's wallet is posted against.

    A wallet always has the same shard, so a retry uses it again. Wallets are spread evenly, so
    that no shard is busier than the others.
    """
    return crc32(wallet_id.encode()) % SYSTEM_SHARDS
