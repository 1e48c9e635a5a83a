"""A read of many items is not one instant: a rival's commit may come between two of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import pytest

from localstack.memory.auditor import read_books
from localstack.memory.bank import Account, Bank, Told, pair
from novapay.domain.entry import TransactionId
from novapay.domain.errors import TransactionExists
from tests.support.domain import id_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TRANSACTION = TransactionId(id_of("a posting"))


class TornReads:
    """A client whose batch reads go table by table, one of them last, and are interrupted before it
    once."""

    def __init__(self, client: Any, last_table: str, interrupt: Callable[[], object]) -> None:
        self._client = client
        self._last_table = last_table
        self._interrupts = iter([interrupt])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def batch_get_item(self, RequestItems: dict[str, Any], **_: object) -> Any:  # noqa: N803
        responses: dict[str, Any] = {}
        for table in sorted(RequestItems, key=lambda name: name.endswith(self._last_table)):
            if table.endswith(self._last_table):
                next(self._interrupts, lambda: None)()
            read = self._client.batch_get_item(RequestItems={table: RequestItems[table]})
            responses |= read["Responses"]
        return {"Responses": responses, "UnprocessedKeys": {}}


@pytest.fixture
def bank(dynamodb: "DynamoDBClient") -> Bank:
    return Bank(dynamodb)


@pytest.fixture
def parties(bank: Bank) -> tuple[Account, Account]:
    return bank.account(holding="100"), bank.account()


def post_again(
    bank: Bank, parties: tuple[Account, Account], *, interrupted_before: str, key: str | None
) -> Told:
    """Post all that the first party has, while a rival does exactly the same."""
    legs = pair(TRANSACTION, *parties, "100")

    def rival() -> None:
        assert bank.post(TRANSACTION, legs, key=key).code == "ok"

    torn = TornReads(bank.client, interrupted_before, rival)
    late = Bank(cast("DynamoDBClient", torn))
    late.clock = bank.clock
    return late.post(TRANSACTION, legs, key=key)


@pytest.mark.parametrize("table", ["transfers", "wallets"])
def test_who_comes_second_with_the_same_key_gets_the_first_answer(
    bank: Bank, parties: tuple[Account, Account], table: str
) -> None:
    told = post_again(bank, parties, interrupted_before=table, key="k")

    assert (told.code, told.replayed) == ("ok", True)
    read_books(bank.client).assert_sound()


@pytest.mark.parametrize("table", ["transfers", "wallets"])
def test_who_comes_second_without_a_key_hears_that_the_transaction_exists(
    bank: Bank, parties: tuple[Account, Account], table: str
) -> None:
    with pytest.raises(TransactionExists):
        post_again(bank, parties, interrupted_before=table, key=None)

    read_books(bank.client).assert_sound()
