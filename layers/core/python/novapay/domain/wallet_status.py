"""A wallet's status: who may change it to what, and the chained record that says so.

The records of a wallet are a log of its own, which is checked with the wallet's chain of entries:
a status that was changed in the tables is not what the last record says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from novapay.domain.audit import AuditEvent, AuditHead, AuditRecord, append, verify_log
from novapay.domain.chain import MalformedEntry
from novapay.domain.effect import Effect, StatusChanged
from novapay.domain.errors import WalletNotEmpty, WalletStatusConflict
from novapay.domain.payroll import JobId
from novapay.domain.wallet import (
    Wallet,
    WalletId,
    WalletStatus,
    hold_wallet_id,
    require_client,
)


class StatusAction(StrEnum):
    """What a wallet's log calls each change of status."""

    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    CLOSE = "close"

    @property
    def status(self) -> WalletStatus:
        """The status that it leads to."""
        return _LEADS_TO[self]


_LEADS_TO = {
    StatusAction.FREEZE: WalletStatus.FROZEN,
    StatusAction.UNFREEZE: WalletStatus.ACTIVE,
    StatusAction.CLOSE: WalletStatus.CLOSED,
}
_BEGINS_AT = {
    StatusAction.FREEZE: {WalletStatus.ACTIVE},
    StatusAction.UNFREEZE: {WalletStatus.FROZEN},
    StatusAction.CLOSE: {WalletStatus.ACTIVE, WalletStatus.FROZEN},
}


@dataclass(frozen=True, slots=True)
class StatusOrder:
    """Decides one change of status.

    Attributes:
        wallet_id: the client's wallet.
        action: what to do.
        event: what its log is to say of it: who, why, from where, under which request.
        record_id: the id that the record gets.
    """

    wallet_id: WalletId
    action: StatusAction
    event: AuditEvent
    record_id: str

    def decide(
        self, wallets: Mapping[WalletId, Wallet], *, open_jobs: Sequence[JobId], now: datetime
    ) -> Effect[Wallet]:
        """Return the wallet with its new status, or the refusal, which changes nothing.

        Args:
            wallets: the client's, and what keeps its held money, if that is stored.
            open_jobs: the payroll jobs that may still return money to it.
            now: the instant of the decision.

        Raises:
            WalletNotFound: no client wallet has the id.
        """
        wallet = require_client(wallets.get(self.wallet_id), self.wallet_id)
        if wallet.status not in _BEGINS_AT[self.action]:
            wanted = self.action.status
            return Effect(WalletStatusConflict(wallet.wallet_id, wallet.status, wanted))
        if self.action is StatusAction.CLOSE:
            reason = _still_used(wallet, wallets.get(hold_wallet_id(wallet.wallet_id)), open_jobs)
            if reason is not None:
                return Effect(WalletNotEmpty(wallet.wallet_id, reason))
        head = AuditHead(wallet.status_changes, wallet.status_hash)
        record = append(head, self.event, entry_id=self.record_id, now=now)
        changed = replace(
            wallet,
            status=self.action.status,
            status_changes=record.sequence,
            status_hash=record.hash,
        )
        return Effect(changed, [StatusChanged(wallet, changed, record)], {_COUNTED[self.action]: 1})


_COUNTED = {
    StatusAction.FREEZE: "wallets_frozen",
    StatusAction.UNFREEZE: "wallets_unfrozen",
    StatusAction.CLOSE: "wallets_closed",
}


def _still_used(wallet: Wallet, held: Wallet | None, open_jobs: Sequence[JobId]) -> str | None:
    """Return why a wallet cannot be closed yet, as the end of a sentence; None if it can."""
    if wallet.balance.units != 0:
        return f"it has {wallet.balance}"
    if held is not None and held.balance.units != 0:
        return f"{held.balance} of it is held"
    return f"payroll job {open_jobs[0]} may still return money to it" if open_jobs else None


def is_as_recorded(wallet: Wallet, records: Sequence[AuditRecord | MalformedEntry]) -> bool:
    """Return whether a wallet has the status that its own log says it has.

    Args:
        wallet: as it is stored.
        records: all of its log, by ascending number.
    """
    head = AuditHead(wallet.status_changes, wallet.status_hash)
    if not verify_log([*records], head).valid:
        return False
    status = WalletStatus.ACTIVE
    for record in records:
        if isinstance(record, MalformedEntry) or record.event.target != wallet.wallet_id:
            return False
        try:
            status = StatusAction(record.event.action).status
        except ValueError:
            return False
    return wallet.status is status


def as_recorded(
    wallet: Wallet, records: Sequence[AuditRecord]
) -> tuple[Wallet, Sequence[AuditRecord]]:
    """Return a wallet as its log leaves it after a restore, and the records that cannot stay.

    A record cannot stay if one before it is missing, or if it closes a wallet that is not empty.

    Args:
        wallet: as its last entry leaves it.
        records: what is stored of its log, by ascending number.
    """
    head, status = AuditHead(), WalletStatus.ACTIVE
    kept = 0
    for record in records:
        becomes = StatusAction(record.event.action).status
        is_next = (record.sequence, record.previous_hash) == (head.sequence + 1, head.head_hash)
        if not is_next or (becomes is WalletStatus.CLOSED and wallet.balance.units):
            break
        head, status = AuditHead(record.sequence, record.hash), becomes
        kept += 1
    changed = replace(
        wallet, status=status, status_changes=head.sequence, status_hash=head.head_hash
    )
    return changed, records[kept:]
