"""Values of the domain with everything that a test does not care about filled in."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from novapay.domain.chain import entry_hash
from novapay.domain.entry import Description, Entry, EntryType, TransactionId
from novapay.domain.errors import NovaPayError
from novapay.domain.money import Currency, Money
from novapay.domain.posting import Leg, Posting, post
from novapay.domain.transaction import Draft, Facts, TransactionType
from novapay.domain.wallet import GENESIS, UserId, Wallet, WalletId, WalletKind, WalletStatus

NOW = datetime(2026, 4, 7, 10, 0, tzinfo=UTC)
USD = Currency("USD")
EUR = Currency("EUR")

DEBIT = EntryType.DEBIT
CREDIT = EntryType.CREDIT


def id_of(name: str) -> str:
    """Return the UUID of a name: the same in every run."""
    return str(uuid.UUID(bytes=sha256(name.encode()).digest()[:16], version=4))


def money(amount: str, currency: Currency = USD) -> Money:
    return Money.parse(amount, currency)


def a_wallet(name: str = "alice", holding: str = "0.00000000", **fields: Any) -> Wallet:
    """Return a client's wallet; its holding is just said to be so."""
    currency = fields.pop("currency", USD)
    wallet = Wallet(
        wallet_id=WalletId(id_of(name)),
        user_id=UserId(id_of(f"owner of {name}")),
        kind=WalletKind.CLIENT,
        balance=Money(0, currency) if set(holding) <= {"0", "."} else money(holding, currency),
        sequence=0,
        head_hash=GENESIS,
        status=WalletStatus.ACTIVE,
        created_at=NOW - timedelta(days=1),
        posted_at=NOW - timedelta(days=1),
    )
    return replace(wallet, **fields)


def a_system_wallet(name: str = "settlement", **fields: Any) -> Wallet:
    """Return a system wallet: it may fall below zero."""
    return a_wallet(name, kind=WalletKind.SETTLEMENT, **fields)


def a_leg(wallet: Wallet, entry_type: EntryType, amount: str, **fields: Any) -> Leg:
    """Return a leg on a wallet in the wallet's own currency."""
    leg = Leg(
        transaction_id=TransactionId(id_of("transaction")),
        wallet_id=wallet.wallet_id,
        entry_type=entry_type,
        amount=money(amount, wallet.currency),
    )
    return replace(leg, **fields)


def post_all(*legs: Leg, wallets: list[Wallet], now: datetime = NOW) -> Posting:
    return post(
        legs,
        {wallet.wallet_id: wallet for wallet in wallets},
        hashes={leg.transaction_id: sealed(leg.transaction_id) for leg in legs},
        now=now,
    )


def sealed(transaction_id: TransactionId) -> str:
    """Return the hash that entries carry of a transaction that says nothing but its id."""
    return Draft(transaction_id, TransactionType.POSTING, Facts()).hash()


def a_history(*amounts: str, descriptions: bool = False) -> tuple[list[Entry], Wallet]:
    """Return a wallet that got these amounts one after the other, and its entries."""
    wallet, settlement = a_wallet(), a_system_wallet()
    entries = []
    for number, amount in enumerate(amounts, start=1):
        words = Description(f"payment {number}", "5a17" * 8) if descriptions else None
        transaction_id = TransactionId(id_of(f"transaction {number}"))
        posting = post_all(
            a_leg(wallet, CREDIT, amount, transaction_id=transaction_id, description=words),
            a_leg(settlement, DEBIT, amount, transaction_id=transaction_id),
            wallets=[wallet, settlement],
            now=NOW + timedelta(seconds=number),
        )
        wallet = posting.after[wallet.wallet_id]
        settlement = posting.after[settlement.wallet_id]
        entries.append(posting.entries[0])
    return entries, wallet


def rehashed(entry: Entry, **fields: Any) -> Entry:
    """Return a forger's entry: changed, and its hash made to fit."""
    changed = replace(entry, **fields)
    return replace(changed, hash=entry_hash(changed))


def refusal_of(check: Callable[[], None]) -> str | None:
    """Return the code of what a check raises, or None where it has nothing against it."""
    try:
        check()
    except NovaPayError as refusal:
        return refusal.code
    return None
