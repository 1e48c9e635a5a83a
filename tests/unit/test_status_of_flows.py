"""Every flow that moves money against each status of the wallet that gives it or gets it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from localstack.memory.auditor import read_books
from localstack.memory.bank import EUR, Account, Bank, pair
from localstack.memory.dynamodb import dynamodb_in_memory
from localstack.memory.payroll import Office, order_for
from localstack.memory.wire import Call, Wire
from novapay.domain.entry import TransactionId
from novapay.domain.errors import Contention
from novapay.domain.payroll import JobStatus
from novapay.domain.wallet import hold_wallet_id
from novapay.domain.wallet_status import StatusAction
from novapay.store.commit import Decision
from novapay.store.tables import wallets
from tests.support.domain import id_of

if TYPE_CHECKING:
    from collections.abc import Iterator

Flow = Callable[[Bank, Account], str]
"""Moves a dollar out of the wallet or into it, and returns the code of what came of it."""

CALLS_BEFORE_THE_COMMIT = 2
"""Closing reads two wallets, then the index of open jobs."""

POSTING = TransactionId(id_of("posting"))


def withdrawal(bank: Bank, account: Account) -> str:
    return bank.withdraw(account, "1").code


def transfer_from(bank: Bank, account: Account) -> str:
    return bank.transfer(account, bank.account(), "1", key="k").code


def exchange_from(bank: Bank, account: Account) -> str:
    quote_id = bank.quote(account, EUR, "1").quote_id
    return bank.transfer(account, bank.account(EUR), "1", key="k", fx_quote_id=quote_id).code


def posting_from(bank: Bank, account: Account) -> str:
    return bank.post(POSTING, pair(POSTING, account, bank.account(), "1")).code


def payroll_from(bank: Bank, account: Account) -> str:
    office = Office(bank)
    job = office.run(office.queue(account, [order_for(bank.account(), "1")]))
    return job.failure or "ok"


def hold_from(bank: Bank, account: Account) -> str:
    return bank.hold(account, "1", key="k").code


def deposit(bank: Bank, account: Account) -> str:
    return bank.deposit(account, "1").code


def transfer_to(bank: Bank, account: Account) -> str:
    return bank.transfer(bank.account(holding="1"), account, "1", key="k").code


def exchange_to(bank: Bank, account: Account) -> str:
    sender = bank.account(EUR, holding="1")
    quote_id = bank.quote(sender, account.currency, "1").quote_id
    return bank.transfer(sender, account, "1", key="k", fx_quote_id=quote_id).code


def capture_to(bank: Bank, account: Account) -> str:
    held = bank.hold(bank.account(holding="1"), "1", key="h").facts["holdId"]
    return bank.capture(held, key="k", payee=account).code


def posting_to(bank: Bank, account: Account) -> str:
    return bank.post(POSTING, pair(POSTING, bank.account(holding="1"), account, "1")).code


def payroll_to(bank: Bank, account: Account) -> str:
    office = Office(bank)
    job_id = office.queue(bank.account(holding="1"), [order_for(account, "1")])
    office.run(job_id)
    return office.items(job_id)[0].failure or "ok"


OUT = (withdrawal, transfer_from, exchange_from, posting_from, payroll_from, hold_from)
IN = (deposit, transfer_to, exchange_to, posting_to, payroll_to, capture_to)


@pytest.fixture
def bank() -> "Iterator[Bank]":
    with dynamodb_in_memory() as client:
        yield Bank(client)
        read_books(client).assert_sound()


@pytest.mark.parametrize("flow", [*OUT, *IN])
def test_an_active_wallet_gives_and_gets(bank: Bank, flow: Flow) -> None:
    assert flow(bank, bank.account(holding="1")) == "ok"


@pytest.mark.parametrize("flow", OUT)
def test_nothing_leaves_a_frozen_wallet(bank: Bank, flow: Flow) -> None:
    account = bank.account(holding="1")
    bank.change_status(account, StatusAction.FREEZE)

    assert flow(bank, account) == "wallet-frozen"
    assert read_books(bank.client).balance(account.wallet_id) == "1.00000000"


@pytest.mark.parametrize("flow", IN)
def test_money_arrives_in_a_frozen_wallet(bank: Bank, flow: Flow) -> None:
    account = bank.account(holding="1")
    bank.change_status(account, StatusAction.FREEZE)

    assert flow(bank, account) == "ok"
    assert read_books(bank.client).balance(account.wallet_id) > "1.00000000"


@pytest.mark.parametrize("flow", [*OUT, *IN])
def test_a_closed_wallet_neither_gives_nor_gets(bank: Bank, flow: Flow) -> None:
    account = bank.account()
    bank.change_status(account, StatusAction.CLOSE)

    assert flow(bank, account) == "wallet-inactive"
    assert read_books(bank.client).balance(account.wallet_id) == "0.00000000"


@pytest.mark.parametrize("flow", [*OUT, *IN])
def test_an_unfrozen_wallet_gives_and_gets_again(bank: Bank, flow: Flow) -> None:
    account = bank.account(holding="1")
    bank.change_status(account, StatusAction.FREEZE)
    bank.change_status(account, StatusAction.UNFREEZE)

    assert flow(bank, account) == "ok"


def test_what_a_payroll_did_not_pay_returns_to_a_source_that_was_frozen_meanwhile(
    bank: Bank,
) -> None:
    source, office = bank.account(holding="3"), Office(bank)
    orders = [order_for(bank.account(), "1"), order_for(bank.new_account(), "2")]
    job_id = office.queue(source, orders)
    assert office.fund(job_id).status is JobStatus.PROCESSING
    bank.change_status(source, StatusAction.FREEZE)

    job = office.run(job_id)

    assert job.status is JobStatus.PARTIAL
    assert read_books(bank.client).balance(source.wallet_id) == "2.00000000"


def test_what_is_held_of_a_frozen_wallet_is_captured_and_released(bank: Bank) -> None:
    account, payee = bank.account(holding="3"), bank.account()
    held = bank.hold(account, "3", key="h").facts["holdId"]
    bank.change_status(account, StatusAction.FREEZE)

    captured = bank.capture(held, "1", key="c", payee=payee, is_final=False)
    released = bank.release(held, key="r")

    assert (captured.code, released.code) == ("ok", "ok")
    books = read_books(bank.client)
    assert books.balance(payee.wallet_id) == "1.00000000"
    assert books.balance(account.wallet_id) == "2.00000000"


def test_a_wallet_is_not_closed_while_something_of_it_is_held(bank: Bank) -> None:
    account = bank.account(holding="1")
    held = bank.hold(account, "1", key="h").facts["holdId"]

    refused = bank.change_status(account, StatusAction.CLOSE)
    bank.capture(held, key="c", payee=bank.account())
    closed = bank.change_status(account, StatusAction.CLOSE)

    assert (refused.code, closed.code) == ("wallet-not-empty", "ok")


def test_what_is_held_between_read_and_commit_keeps_a_wallet_open(bank: Bank) -> None:
    """The wallet is read before the hold and is empty after it; only the commit can tell."""
    account, payee = bank.account(holding="1"), bank.account()
    holds = [bank.hold(account, "1", key="first").facts["holdId"]]
    bank.release(holds[0], key="back")
    bank.transfer(account, payee, "1", key="empty")

    def hold(call: Call) -> None:
        if call.number == CALLS_BEFORE_THE_COMMIT + 1:
            bank.transfer(payee, account, "1", key="again")
            assert bank.hold(account, "1", key="second").code == "ok"

    with Wire(bank.client, before=hold):
        refused = bank.change_status(account, StatusAction.CLOSE)

    assert refused.code == "wallet-not-empty"


def test_the_commit_itself_proves_that_nothing_is_held(bank: Bank) -> None:
    """The items of a read are not of one instant, so what was read of the hold may be older."""
    account, another = bank.account(holding="1"), bank.account()
    assert bank.hold(account, "1", key="h").code == "ok"
    committer = bank.resources.committer

    held, empty = (
        Decision(None, [wallets.check_empty(hold_wallet_id(it.wallet_id))])
        for it in (account, another)
    )

    committer.commit(lambda: empty)
    with pytest.raises(Contention):
        committer.commit(lambda: held)


def test_a_source_is_not_closed_before_its_payroll_is_finished(bank: Bank) -> None:
    source, office = bank.account(holding="2"), Office(bank)
    job_id = office.queue(source, [order_for(bank.new_account(), "2")])
    office.fund(job_id)

    refused = bank.change_status(source, StatusAction.CLOSE)
    office.run(job_id)

    assert refused.code == "wallet-not-empty"
    assert read_books(bank.client).balance(source.wallet_id) == "2.00000000"
    assert bank.withdraw(source, "2").code == "ok"
    assert bank.change_status(source, StatusAction.CLOSE).code == "ok"


def test_an_item_of_the_version_before_keeps_its_meaning(bank: Bank) -> None:
    """Such an item has `isActive` alone; its first change of status gives it one."""
    account = bank.account(holding="1")
    bank.client.update_item(
        TableName=f"{bank.prefix}-wallets",
        Key={"walletId": {"S": account.wallet_id}},
        UpdateExpression="REMOVE #status",
        ExpressionAttributeNames={"#status": "status"},
    )

    assert bank.deposit(account, "1").code == "ok"
    assert bank.withdraw(account, "1").code == "ok"
    assert bank.change_status(account, StatusAction.FREEZE).code == "ok"
    assert bank.withdraw(account, "1").code == "wallet-frozen"
