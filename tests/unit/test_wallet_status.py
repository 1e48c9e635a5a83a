"""A wallet's status: who may change it to what, and what its log proves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from novapay.domain.audit import AuditEvent, AuditRecord
from novapay.domain.effect import Effect, StatusChanged
from novapay.domain.entry import Description
from novapay.domain.payroll import JobId
from novapay.domain.wallet import Wallet, WalletStatus, hold_wallet_id
from novapay.domain.wallet_status import StatusAction, StatusOrder, as_recorded, is_as_recorded
from tests.support.domain import NOW, a_system_wallet, a_wallet, id_of, money

ACTIVE, FROZEN, CLOSED = WalletStatus
FREEZE, UNFREEZE, CLOSE = StatusAction
SECOND = timedelta(seconds=1)
JOB = JobId(id_of("job"))


def order(wallet: Wallet, action: StatusAction, number: int = 1) -> StatusOrder:
    event = AuditEvent(
        actor="operator:ada",
        action=action,
        target=wallet.wallet_id,
        source_ip=None,
        status=200,
        request_id="r",
        reason=Description("a court's order", "5a17" * 8),
    )
    return StatusOrder(wallet.wallet_id, action, event, id_of(f"record {number}"))


def decided(wallet: Wallet, action: StatusAction, *others: Wallet) -> Effect[Wallet]:
    wallets = {it.wallet_id: it for it in (wallet, *others)}
    return order(wallet, action).decide(wallets, open_jobs=[], now=NOW)


def a_log(*actions: StatusAction) -> tuple[Wallet, list[AuditRecord]]:
    """Return a wallet after these changes of its status, and their records."""
    wallet, records = a_wallet(), []
    for number, action in enumerate(actions, start=1):
        effect = order(wallet, action, number).decide(
            {wallet.wallet_id: wallet}, open_jobs=[], now=NOW + number * SECOND
        )
        [change] = effect.changes
        assert isinstance(change, StatusChanged)
        wallet = change.after
        records.append(change.record)
    return wallet, records


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        (ACTIVE, FREEZE, FROZEN),
        (FROZEN, UNFREEZE, ACTIVE),
        (ACTIVE, CLOSE, CLOSED),
        (FROZEN, CLOSE, CLOSED),
        (FROZEN, FREEZE, None),
        (ACTIVE, UNFREEZE, None),
        (CLOSED, FREEZE, None),
        (CLOSED, UNFREEZE, None),
        (CLOSED, CLOSE, None),
    ],
)
def test_each_change_from_each_status(
    before: WalletStatus, action: StatusAction, after: WalletStatus | None
) -> None:
    effect = decided(a_wallet(status=before), action)

    if after is None:
        assert getattr(effect.result, "code", None) == "wallet-status-conflict"
        assert effect.changes == ()
    else:
        assert isinstance(effect.result, Wallet)
        assert effect.result.status is after


@pytest.mark.parametrize(("held", "code"), [("0", None), ("0.00000001", "wallet-not-empty")])
def test_what_is_held_keeps_a_wallet_open(held: str, code: str | None) -> None:
    wallet = a_wallet()
    kept = a_system_wallet("hold", wallet_id=hold_wallet_id(wallet.wallet_id))
    if code is not None:
        kept = replace(kept, balance=money(held))

    effect = decided(wallet, CLOSE, kept)

    assert getattr(effect.result, "code", None) == code


def test_an_unfinished_payroll_keeps_a_wallet_open() -> None:
    wallet = a_wallet()

    effect = order(wallet, CLOSE).decide({wallet.wallet_id: wallet}, open_jobs=[JOB], now=NOW)

    assert getattr(effect.result, "code", None) == "wallet-not-empty"
    assert JOB in str(effect.result)


def test_a_log_is_linked_and_proves_the_status() -> None:
    wallet, records = a_log(FREEZE, UNFREEZE, FREEZE)

    assert [record.sequence for record in records] == [1, 2, 3]
    assert wallet.status_hash == records[-1].hash
    assert is_as_recorded(wallet, records)
    assert not is_as_recorded(replace(wallet, status=ACTIVE), records)
    assert not is_as_recorded(wallet, records[:2])
    assert not is_as_recorded(wallet, records[1:])
    assert not is_as_recorded(a_wallet(), records)
    assert is_as_recorded(a_wallet(), [])
    assert not is_as_recorded(a_wallet(status=FROZEN), [])


def test_a_record_without_its_reason_is_another_record() -> None:
    wallet, [record] = a_log(FREEZE)
    event = replace(record.event, reason=None)

    assert is_as_recorded(wallet, [replace(record, event=event)])
    assert not is_as_recorded(wallet, [replace(record, event=event, reason_commitment=None)])


def test_after_a_restore_the_records_that_follow_each_other_decide() -> None:
    wallet, records = a_log(FREEZE, UNFREEZE, CLOSE)

    assert as_recorded(a_wallet(), records) == (wallet, [])
    assert as_recorded(wallet, []) == (a_wallet(), [])
    assert as_recorded(wallet, records[1:]) == (a_wallet(), records[1:])
    frozen, dropped = as_recorded(wallet, [records[0], records[2]])
    assert (frozen.status, frozen.status_changes, dropped) == (FROZEN, 1, [records[2]])


def test_after_a_restore_a_wallet_with_money_is_not_closed() -> None:
    _, records = a_log(FREEZE, CLOSE)

    wallet, dropped = as_recorded(a_wallet(holding="1"), records)

    assert (wallet.status, dropped) == (FROZEN, [records[1]])
