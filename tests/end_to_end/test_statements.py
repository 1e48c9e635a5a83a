"""A wallet's history, page by page; the last page costs what the first one does."""

from typing import Any
from urllib.parse import urljoin

import pytest

from localstack.memory.bank import Bank
from localstack.memory.wire import Wire
from novapay.domain.caller import TRUSTED
from novapay.domain.wallet import WalletId
from novapay.usecases.list_entries import list_entries
from tests.end_to_end.conftest import PREFIX
from tests.support.client import Client, Holder, new_id
from tests.support.local_stack import Stack

ENTRIES_A_POSTING = 12


@pytest.fixture(scope="module")
def veteran(stack: Stack) -> Holder:
    """Return the holder of a wallet with 121 entries."""
    client = Client(stack.api_url)
    holder, payer = client.open_wallet(holding="1"), client.open_wallet(holding="1000")
    for _ in range(10):
        _pay(client, payer, holder, times=ENTRIES_A_POSTING)
    return holder


def test_the_pages_together_are_the_whole_history_newest_first(
    client: Client, veteran: Holder
) -> None:
    path = f"/ledger/wallets/{veteran.wallet_id}/entries?limit=25&offset=0"
    pages: list[dict[str, Any]] = []

    while not pages or pages[-1]["next"]:
        pages.append(client.send(f"GET {path}").body)
        path = urljoin(path, pages[-1]["next"])

    assert [len(page["entries"]) for page in pages] == [25, 25, 25, 25, 21]
    assert [page["offset"] for page in pages] == [0, 25, 50, 75, 100]
    assert {(page["total"], page["limit"]) for page in pages} == {(121, 25)}
    sequences = [entry["sequence"] for page in pages for entry in page["entries"]]
    assert sequences == list(range(121, 0, -1))
    balances = [entry["balanceAfter"] for page in pages for entry in page["entries"]]
    assert balances == [f"{number}.00000000" for number in range(121, 0, -1)]


def test_fifty_entries_are_a_page_unless_asked_otherwise(client: Client, veteran: Holder) -> None:
    page = client.send(f"GET /ledger/wallets/{veteran.wallet_id}/entries").body

    assert (len(page["entries"]), page["limit"], page["offset"]) == (50, 50, 0)


@pytest.mark.parametrize(
    ("limit", "offset", "sequences"),
    [
        (1, 0, [121]),
        (100, 0, [*range(121, 21, -1)]),
        (100, 21, [*range(100, 0, -1)]),
        (100, 22, [*range(99, 0, -1)]),
        (1, 120, [1]),
        (1, 121, []),
        (100, 5000, []),
    ],
)
def test_a_page_begins_and_ends_where_it_should(
    client: Client, veteran: Holder, limit: int, offset: int, sequences: list[int]
) -> None:
    query = f"limit={limit}&offset={offset}"

    page = client.send(f"GET /ledger/wallets/{veteran.wallet_id}/entries?{query}").body

    assert [entry["sequence"] for entry in page["entries"]] == sequences
    assert page["total"] == 121
    assert (page["next"] is None) is (offset + limit >= 121)


@pytest.mark.parametrize("query", ["limit=101", "limit=0", "limit=x", "offset=-1", "offset=1.5"])
def test_a_page_out_of_bounds_is_a_bad_request(client: Client, veteran: Holder, query: str) -> None:
    refused = client.send(f"GET /ledger/wallets/{veteran.wallet_id}/entries?{query}")

    name = query.partition("=")[0]
    assert (refused.status, refused.code) == (400, "invalid-request")
    assert [error["pointer"] for error in refused.body["errors"]] == [f"/query/{name}"]


def test_the_history_of_a_wallet_that_nobody_opened_is_not_found(client: Client) -> None:
    for path in ("entries", "chain"):
        unknown = client.send(f"GET /ledger/wallets/{new_id()}/{path}")
        assert (unknown.status, unknown.code) == (404, "wallet-not-found")


def test_the_last_page_costs_what_the_first_one_does(stack: Stack, veteran: Holder) -> None:
    dynamodb = stack.client("dynamodb")
    resources = Bank(dynamodb, prefix=PREFIX).resources

    read: dict[int, list[str]] = {}
    counts: dict[int, int] = {}
    for offset in (0, 116):
        with Wire(dynamodb) as wire:
            page = list_entries(
                resources, WalletId(veteran.wallet_id), TRUSTED, limit=5, offset=offset
            )
        read[offset], counts[offset] = wire.operations, len(page.items)
        assert _range_of(wire) == 5

    assert read[0] == read[116] == ["GetItem", "Query"]
    assert counts[0] == counts[116] == 5


def test_a_long_chain_is_valid(client: Client, veteran: Holder) -> None:
    chain = client.chain(veteran)

    assert (chain["valid"], chain["entriesChecked"]) == (True, 121)
    assert chain["headHash"] == client.entries(veteran)[0]["hash"]


def _range_of(wire: Wire) -> int:
    """Return how many numbers the page's query looks at."""
    values = wire.calls[-1].request["ExpressionAttributeValues"]
    return int(values[":newest"]["N"]) - int(values[":oldest"]["N"]) + 1


def _pay(client: Client, payer: Holder, holder: Holder, *, times: int) -> None:
    sides = ((payer, "DEBIT"), (holder, "CREDIT"))
    entries = [
        {
            "walletId": side.wallet_id,
            "userId": side.user_id,
            "entryType": entry_type,
            "amount": "1",
            "currency": "USD",
        }
        for _ in range(times)
        for side, entry_type in sides
    ]
    posted = client.send(
        "POST /ledger/transactions", {"transactionId": new_id(), "entries": entries}
    )
    assert posted.status == 201
