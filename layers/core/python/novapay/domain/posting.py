"""The posting engine: the only code that computes a balance or links a chain.

Every movement of money is a set of legs that sums to zero in each currency. From the legs and the
wallets as they were read, the engine computes the entries and the new state of the wallets; the
store commits both or neither.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from novapay.domain.chain import FORMAT_VERSION, entry_hash
from novapay.domain.entry import Description, Entry, EntryType, TransactionId
from novapay.domain.errors import (
    CurrencyMismatch,
    InsufficientFunds,
    InvariantViolated,
    UnbalancedPosting,
    WalletFrozen,
    WalletInactive,
    WalletNotFound,
    WalletOwnerMismatch,
)
from novapay.domain.idempotency import IdempotencyKey
from novapay.domain.instants import format_instant, lies_ahead
from novapay.domain.money import Money, Rate, format_units
from novapay.domain.wallet import UserId, Wallet, WalletId, WalletStatus

LEGS_MIN = 2
LEGS_MAX = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """An entry to make: `amount` leaves (DEBIT) or reaches (CREDIT) the wallet.

    `key` is the client's idempotency key, which the entry's id is derived from.
    """

    transaction_id: TransactionId
    wallet_id: WalletId
    entry_type: EntryType
    amount: Money
    user_id: UserId | None = None
    locked_fx_rate: Rate | None = None
    description: Description | None = None
    key: IdempotencyKey | None = None


def movement(
    transaction_id: TransactionId,
    amount: Money,
    *,
    source: WalletId,
    target: WalletId,
    source_user: UserId | None = None,
    target_user: UserId | None = None,
    description: Description | None = None,
    key: IdempotencyKey | None = None,
) -> list[Leg]:
    """Return the two legs that move an amount: a DEBIT of the source, a CREDIT of the target.

    Args:
        transaction_id: the transaction that both belong to.
        amount: what moves, above zero.
        source, target: the wallets.
        source_user, target_user: who must own them; None where nobody said so.
        description: the client's words, on both entries.
        key: the client's idempotency key; None if it sent none.
    """
    debit = Leg(
        transaction_id=transaction_id,
        wallet_id=source,
        user_id=source_user,
        entry_type=EntryType.DEBIT,
        amount=amount,
        description=description,
        key=key,
    )
    credit = replace(debit, wallet_id=target, user_id=target_user, entry_type=EntryType.CREDIT)
    return [debit, credit]


@dataclass(frozen=True, slots=True)
class Posting:
    """What to commit: the entries in the order of the legs, and the wallets before and after."""

    entries: tuple[Entry, ...]
    before: Mapping[WalletId, Wallet]
    after: Mapping[WalletId, Wallet]


def post(
    legs: Sequence[Leg],
    wallets: Mapping[WalletId, Wallet],
    *,
    hashes: Mapping[TransactionId, str],
    now: datetime,
) -> Posting:
    """Return the entries and wallets that follow from `legs`.

    Args:
        legs: any number, in order; several may be on one wallet. Amounts are above zero.
        wallets: as read, by id; wallets that no leg names are ignored.
        hashes: the hash of each transaction's facts, see `Draft`; every leg's is among them.
        now: the instant of posting. If one of the wallets has an entry from a later instant,
            because clocks differ, the entries get that instant: time never runs backwards. That
            instant may be CLOCK_TOLERANCE ahead at most, or one wrong date would spread.

    Raises:
        WalletNotFound: a leg names a wallet that is not among `wallets`.
        WalletOwnerMismatch: a leg names another user than the wallet's owner.
        WalletInactive: a wallet is closed.
        WalletFrozen: money would leave a frozen wallet.
        CurrencyMismatch: an amount is not in its wallet's currency.
        InsufficientFunds: a client's balance would fall below zero at any of its legs.
        UnbalancedPosting: the debits of a currency do not equal its credits.
        InvariantViolated: a wallet's last entry lies ahead, which no posting of ours has done.
    """
    for leg in legs:
        if leg.wallet_id not in wallets:
            raise WalletNotFound(leg.wallet_id)
    _check_balanced(legs)
    before = {leg.wallet_id: wallets[leg.wallet_id] for leg in legs}
    _check_none_lies_ahead(before.values(), now)
    after = dict(before)
    created_at = max(now, *(wallet.posted_at for wallet in before.values()))
    entries = []
    legs_of: dict[TransactionId, int] = defaultdict(int)
    for leg in legs:
        wallet = after[leg.wallet_id]
        balance = _balance_after(leg, wallet)
        entry = _link(
            leg,
            wallet,
            balance,
            created_at,
            index=legs_of[leg.transaction_id],
            transaction_hash=hashes[leg.transaction_id],
        )
        legs_of[leg.transaction_id] += 1
        entries.append(entry)
        after[leg.wallet_id] = replace(
            wallet,
            balance=balance,
            sequence=entry.sequence,
            head_hash=entry.hash,
            posted_at=created_at,
        )
    return Posting(tuple(entries), before, after)


def entry_id(transaction_id: TransactionId, index: int, key: IdempotencyKey | None = None) -> str:
    """Return the id of a transaction's entry, which is derived from all of the arguments.

    An entry's hash covers its id, so the chain holds the transaction's row to its key.

    Args:
        transaction_id: the transaction.
        index: the entry's place in it, from 0.
        key: the client's idempotency key; None if it sent none.
    """
    name = f"entry:{index}" if key is None else f"entry:{index}:{key}"
    return str(uuid.uuid5(uuid.UUID(transaction_id), name))


def _check_none_lies_ahead(wallets: Iterable[Wallet], now: datetime) -> None:
    for wallet in wallets:
        if lies_ahead(wallet.posted_at, now):
            raise InvariantViolated(
                "a wallet's last entry lies in the future",
                {"wallet_id": wallet.wallet_id, "posted_at": format_instant(wallet.posted_at)},
            )


def _check_balanced(legs: Sequence[Leg]) -> None:
    debits: dict[str, int] = defaultdict(int)
    credits_: dict[str, int] = defaultdict(int)
    for leg in legs:
        side = debits if leg.entry_type is EntryType.DEBIT else credits_
        side[leg.amount.currency] += leg.amount.units
    for currency in sorted(debits.keys() | credits_.keys()):
        if debits[currency] != credits_[currency]:
            raise UnbalancedPosting(
                currency, format_units(debits[currency]), format_units(credits_[currency])
            )


def _balance_after(leg: Leg, wallet: Wallet) -> Money:
    if leg.user_id is not None and leg.user_id != wallet.user_id:
        raise WalletOwnerMismatch(wallet.wallet_id, leg.user_id)
    if wallet.status is WalletStatus.CLOSED:
        raise WalletInactive(wallet.wallet_id)
    if wallet.status is WalletStatus.FROZEN and leg.entry_type is EntryType.DEBIT:
        raise WalletFrozen(wallet.wallet_id)
    if leg.amount.currency != wallet.currency:
        raise CurrencyMismatch(wallet.wallet_id, wallet.currency, leg.amount.currency)
    balance = wallet.balance.plus(leg.entry_type.signed(leg.amount.units))
    if balance.units < 0 and not wallet.kind.may_be_negative:
        raise InsufficientFunds(wallet.wallet_id, str(leg.amount), str(wallet.balance))
    return balance


def _link(
    leg: Leg,
    wallet: Wallet,
    balance: Money,
    created_at: datetime,
    *,
    index: int,
    transaction_hash: str,
) -> Entry:
    entry = Entry(
        version=FORMAT_VERSION,
        wallet_id=wallet.wallet_id,
        sequence=wallet.sequence + 1,
        entry_id=entry_id(leg.transaction_id, index, leg.key),
        transaction_id=leg.transaction_id,
        user_id=wallet.user_id,
        entry_type=leg.entry_type,
        amount=leg.amount,
        balance_after=balance,
        locked_fx_rate=leg.locked_fx_rate,
        description=leg.description,
        description_commitment=leg.description.commitment() if leg.description else None,
        transaction_hash=transaction_hash,
        created_at=created_at,
        previous_hash=wallet.head_hash,
        hash="",
    )
    return replace(entry, hash=entry_hash(entry))
