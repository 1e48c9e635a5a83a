"""Freeze, unfreeze or close a wallet: one read, one commit of the wallet and of its record."""

from collections.abc import Callable
from datetime import datetime

from novapay.domain.audit import AuditEvent
from novapay.domain.caller import Origin
from novapay.domain.effect import Effect
from novapay.domain.entry import Description
from novapay.domain.errors import (
    OutcomeUnknown,
    Refusal,
    WalletNotEmpty,
    WalletNotFound,
    WalletStatusConflict,
)
from novapay.domain.idempotency import Answer, KeyedRequest
from novapay.domain.payroll import JobId
from novapay.domain.wallet import Wallet, WalletId, hold_wallet_id
from novapay.domain.wallet_status import StatusAction, StatusOrder
from novapay.store.client import Key, Snapshot
from novapay.store.resources import Resources
from novapay.store.tables import payroll, wallets
from novapay.usecases.deciding import Load, commit_once

ERRORS = (WalletNotFound, WalletStatusConflict, OutcomeUnknown)
"""What freezing and unfreezing may end in, beside what any commit can end in."""

CLOSE_ERRORS = (*ERRORS, WalletNotEmpty)
"""What closing may end in."""

CHANGED = 200
"""The status that the record of a change has, as a line of the audit log has one."""


def change_wallet_status(
    resources: Resources,
    wallet_id: WalletId,
    action: StatusAction,
    *,
    reason: str,
    origin: Origin,
    keyed_request: KeyedRequest | None,
    answer: Callable[[Wallet | Refusal], Answer],
) -> Answer:
    """Change a wallet's status, and record who did so and why, both or neither.

    When this returns, whatever is committed later sees the new status: nothing leaves a wallet
    after its freeze was answered.

    Args:
        resources: what it works with: the tables, the clock, new ids.
        wallet_id: the client's wallet.
        action: what to do.
        reason: why, in words.
        origin: who asks for it, from where.
        keyed_request: the client's idempotency key; None if it sent none.
        answer: makes the response from the wallet, or from the refusal.

    Raises:
        WalletNotFound: no client wallet has this id.
        IdempotencyKeyReused, Processing, Contention, StoreUnavailable: see `commit_once`.
    """
    event = AuditEvent(
        actor=origin.actor,
        action=action,
        target=wallet_id,
        source_ip=origin.source_ip,
        status=CHANGED,
        request_id=origin.request_id,
        reason=Description(reason, resources.new_salt()),
    )
    order = StatusOrder(wallet_id, action, event, resources.new_id())

    open_jobs: list[JobId] = []

    def find_open_jobs(_: Snapshot) -> list[Key]:
        if action is StatusAction.CLOSE:
            open_jobs[:] = payroll.list_open_jobs_of(resources.database, wallet_id)
        return []

    def decide(snapshot: Snapshot, now: datetime) -> Effect[Wallet]:
        return order.decide(wallets.all_in(snapshot), open_jobs=open_jobs, now=now)

    keys = [wallets.key(wallet_id), wallets.key(hold_wallet_id(wallet_id))]
    load = Load(keys if action is StatusAction.CLOSE else keys[:1], then=find_open_jobs)
    return commit_once(resources, keyed_request, load, decide, answer=answer)
