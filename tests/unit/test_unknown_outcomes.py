"""What is said when DynamoDB does not say whether it wrote, and how long that may take."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from localstack.memory.bank import Account, Bank
from localstack.memory.wire import Wire, answer_with, every, first, lose_the_answer
from novapay.domain.errors import OutcomeUnknown, StoreUnavailable
from novapay.store.commit import COMMIT_DEADLINE_S, Committer, Decision
from novapay.store.tables import wallets

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def bank(dynamodb: "DynamoDBClient") -> Bank:
    return Bank(dynamodb)


@pytest.fixture
def account(bank: Bank) -> Account:
    return bank.account()


def test_with_a_key_a_lost_answer_may_be_asked_for_again(bank: Bank, account: Account) -> None:
    with (
        Wire(bank.client, after=every("TransactWriteItems", lose_the_answer)),
        pytest.raises(StoreUnavailable),
    ):
        bank.deposit(account, "100", key="k")

    told = bank.deposit(account, "100", key="k")

    assert (told.facts["balance"], told.replayed) == ("100.00000000", True)


def test_without_a_key_a_lost_answer_is_not_said_to_be_retryable(
    bank: Bank, account: Account
) -> None:
    with (
        Wire(bank.client, after=every("TransactWriteItems", lose_the_answer)),
        pytest.raises(OutcomeUnknown),
    ):
        bank.deposit(account, "100")


def test_without_a_key_what_was_surely_not_written_may_be_sent_again(
    bank: Bank, account: Account
) -> None:
    with (
        Wire(bank.client, before=every("TransactWriteItems", answer_with("ThrottlingException"))),
        pytest.raises(StoreUnavailable),
    ):
        bank.deposit(account, "100")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("operation", ["BatchGetItem", "TransactWriteItems"])
def test_an_answer_5xx_without_words_is_the_databases_absence(
    bank: Bank, account: Account, status: int, operation: str
) -> None:
    # What botocore makes of an empty or an HTML body: the status in place of a code.
    wordless = answer_with(str(status), status=status)

    with Wire(bank.client, before=every(operation, wordless)), pytest.raises(StoreUnavailable):
        bank.deposit(account, "100", key="k")


def test_what_was_read_after_the_deadline_is_not_written(bank: Bank, account: Account) -> None:
    now_s = 0.0
    committer = Committer(bank.resources.database, monotonic=lambda: now_s)

    def decide_slowly() -> Decision[None]:
        nonlocal now_s
        now_s += COMMIT_DEADLINE_S + 0.001
        wallet = wallets.get_wallet(bank.resources.database, account.wallet_id)
        assert wallet is not None
        return Decision(None, [wallets.create(wallet)])

    with Wire(bank.client) as wire, pytest.raises(StoreUnavailable):
        committer.commit(decide_slowly)

    assert wire.operations == ["GetItem"]


def test_an_instant_is_taken_after_what_it_is_about_was_read(bank: Bank, account: Account) -> None:
    read_at = bank.clock.now()

    def read_for_long() -> None:
        bank.clock.advance(timedelta(seconds=10))

    with Wire(bank.client, before=first("BatchGetItem", read_for_long)):
        bank.deposit(account, "1", key="k")

    wallet = wallets.get_wallet(bank.resources.database, account.wallet_id)
    assert wallet is not None
    assert (wallet.posted_at - read_at).total_seconds() == 10
