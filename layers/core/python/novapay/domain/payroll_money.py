"""The money of a payroll job: set aside in float wallets, paid from them, and given back.

Every id is derived from the job's id, so a repeated step finds what was already done.
"""

import re
import uuid
from collections.abc import Sequence
from datetime import datetime

from novapay.domain.entry import EntryType, TransactionId
from novapay.domain.errors import InvariantViolated
from novapay.domain.idempotency import IdempotencyKey
from novapay.domain.money import Currency, Money
from novapay.domain.payroll import ItemFailure, Job, JobId, PayrollItem
from novapay.domain.posting import Leg, movement
from novapay.domain.wallet import Wallet, WalletId, WalletKind, WalletStatus

_ITEM_KEY = re.compile(r"payroll-([0-9a-f-]{36})-([0-9]+)")


def item_key(job_id: JobId, index: int) -> IdempotencyKey:
    """Return the stable idempotency key of an item (a rule of the specification)."""
    return IdempotencyKey(f"payroll-{job_id}-{index}")


def parse_item_key(key: IdempotencyKey | None) -> tuple[JobId, int] | None:
    """Return the job and the number of the item that has this key; None if it is no item's."""
    found = _ITEM_KEY.fullmatch(key or "")
    return None if found is None else (JobId(found[1]), int(found[2]))


def id_taken(job_id: JobId) -> InvariantViolated:
    """Return what it means that a transaction's id is taken though its job has not moved on.

    The ids of a job are UUIDs of version 5, which nobody else may choose.
    """
    return InvariantViolated("a payroll job's transaction exists already", {"job_id": job_id})


def item_transaction_id(job_id: JobId, index: int) -> TransactionId:
    """Return the id of the one transaction that can pay an item."""
    return TransactionId(str(uuid.uuid5(uuid.UUID(job_id), item_key(job_id, index))))


def fund_transaction_id(job_id: JobId) -> TransactionId:
    """Return the id of the transaction that sets a job's money aside."""
    return TransactionId(str(uuid.uuid5(uuid.UUID(job_id), "fund")))


def settle_transaction_id(job_id: JobId) -> TransactionId:
    """Return the id of the transaction that gives back what was not paid."""
    return TransactionId(str(uuid.uuid5(uuid.UUID(job_id), "settle")))


def float_wallet_id(job_id: JobId, lane: int) -> WalletId:
    """Return the id of the system wallet that holds a lane's money while the job runs."""
    return WalletId(str(uuid.uuid5(uuid.UUID(job_id), f"float:{lane}")))


def open_float(job_id: JobId, lane: int, currency: Currency, now: datetime) -> Wallet:
    """Return a lane's float wallet before its first entry."""
    return Wallet.open_system(
        wallet_id=float_wallet_id(job_id, lane),
        kind=WalletKind.PAYROLL_FLOAT,
        currency=currency,
        now=now,
    )


def floats_of(job: Job, now: datetime) -> dict[WalletId, Wallet]:
    """Return the float wallets of a job before their first entries, one for each lane."""
    floats = (open_float(job.job_id, lane, job.currency, now) for lane in range(job.lanes))
    return {wallet.wallet_id: wallet for wallet in floats}


def fund_legs(job: Job) -> list[Leg]:
    """Return the legs that set a job's money aside, all of it or nothing; none if it is zero."""
    if job.total.units == 0:
        return []
    transaction_id = fund_transaction_id(job.job_id)
    debit = Leg(
        transaction_id=transaction_id,
        wallet_id=job.source_wallet_id,
        user_id=job.source_user_id,
        entry_type=EntryType.DEBIT,
        amount=job.total,
    )
    credits_ = [
        Leg(
            transaction_id=transaction_id,
            wallet_id=float_wallet_id(job.job_id, lane),
            entry_type=EntryType.CREDIT,
            amount=Money(units, job.currency),
        )
        for lane, units in enumerate(job.lane_units)
        if units > 0
    ]
    return [debit, *credits_]


def failure_of(item: PayrollItem, job: Job, wallet: Wallet | None) -> ItemFailure | None:
    """Return why an item cannot be paid into the wallet that it names, or None if it can."""
    if wallet is None or wallet.kind is not WalletKind.CLIENT:
        return ItemFailure.WALLET_NOT_FOUND
    if wallet.wallet_id == job.source_wallet_id:
        return ItemFailure.SAME_WALLET
    if wallet.user_id != item.employee_user_id:
        return ItemFailure.WALLET_OWNER_MISMATCH
    if wallet.status is WalletStatus.CLOSED:
        return ItemFailure.WALLET_INACTIVE
    if not wallet.currency == item.amount.currency == job.currency:
        return ItemFailure.CURRENCY_MISMATCH
    return None


def pay_legs(job: Job, lane: int, items: Sequence[PayrollItem]) -> list[Leg]:
    """Return the legs that pay items from a lane's float, two an item."""
    return [
        leg
        for item in items
        for leg in movement(
            item_transaction_id(job.job_id, item.index),
            item.amount,
            source=float_wallet_id(job.job_id, lane),
            target=item.recipient_wallet_id,
            target_user=item.employee_user_id,
        )
    ]


def settle_legs(job: Job, floats: Sequence[Wallet]) -> list[Leg]:
    """Return the legs that give back what the floats still hold; none if they are empty."""
    transaction_id = settle_transaction_id(job.job_id)
    debits = [
        Leg(
            transaction_id=transaction_id,
            wallet_id=wallet.wallet_id,
            entry_type=EntryType.DEBIT,
            amount=wallet.balance,
        )
        for wallet in floats
        if wallet.balance.units > 0
    ]
    if not debits:
        return []
    left = Money(sum(leg.amount.units for leg in debits), job.currency)
    credit = Leg(
        transaction_id=transaction_id,
        wallet_id=job.source_wallet_id,
        entry_type=EntryType.CREDIT,
        amount=left,
    )
    return [*debits, credit]
