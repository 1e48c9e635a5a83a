"""What cannot be done is refused by name, as a problem, and moves nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from localstack.memory.intruder import Intruder
from tests.support.client import Client, Headers, Holder, Reply, new_id, transfer_of
from tests.support.local_stack import Stack

ROUTE = "POST /transactions/transfers"
JSON: Headers = (("content-type", "application/json"),)
MEGABYTE = 1024 * 1024

Changes = dict[str, object]


@pytest.fixture(scope="module")
def sender(stack: Stack) -> Holder:
    return Client(stack.api_url).open_wallet(holding="1000")


@pytest.fixture(scope="module")
def recipient(stack: Stack) -> Holder:
    return Client(stack.api_url).open_wallet()


@pytest.fixture(autouse=True)
def _nothing_moves(intruder: Intruder, sender: Holder, recipient: Holder) -> Iterator[None]:
    """Compare both wallets, heads of their chains included, before and after each refusal."""
    wallet_ids = (sender.wallet_id, recipient.wallet_id)
    before = [intruder.get("wallets", wallet_id) for wallet_id in wallet_ids]
    yield
    intruder.restore()
    assert [intruder.get("wallets", wallet_id) for wallet_id in wallet_ids] == before


NO_AMOUNTS: list[object] = [
    *("0", "0.00000000", "-1", "+1", "1e2", "1E2", "0x10", "NaN", "Infinity"),
    *("0.000000001", "1000000000000"),
    *("", " 1", "1 ", "1\n", "1.", ".5", "1,5", "1_000", "\N{ARABIC-INDIC DIGIT ONE}"),
    *(5, 5.0, True, None, ["1"], {"units": 1}),
]
"""Signs, exponents, words, too many digits, other spellings, and what is no text."""


@pytest.mark.parametrize("amount", NO_AMOUNTS, ids=repr)
def test_what_is_no_amount_is_pointed_at(
    client: Client, sender: Holder, recipient: Holder, amount: object
) -> None:
    refused = client.send(ROUTE, transfer_of(sender, recipient, amount), key=new_id())

    assert (refused.status, refused.code) == (400, "invalid-request")
    assert [error["pointer"] for error in refused.body["errors"]] == ["/amount"]
    assert refused.body["retryable"] is False


@pytest.mark.parametrize(
    "changes",
    [
        {"senderWalletId": "not-a-uuid"},
        {"recipientWalletId": "00000000-0000-0000-0000-00000000000"},
        {"senderUserId": "{00000000-0000-4000-8000-000000000000}"},
        {"recipientUserId": 7},
        {"fxQuoteId": ""},
        {"currency": "usd"},
        {"currency": "XYZ"},
        {"description": "x" * 141},
        {"description": "line\nbreak"},
        {"ammount": "10"},
        {"sender_wallet_id": "00000000-0000-4000-8000-000000000000"},
        {"fx_quote_id": None},
        {"senderUserId": "00000000-0000-0000-0000-000000000000"},
        {"recipientWalletId": "ffffffff-ffff-ffff-ffff-ffffffffffff"},
        {"currency": "XXX"},
        {"description": " "},
        {"description": "a\u0085b"},
        {"description": "a\u202eb"},
        {"description": "a\u2066b"},
        {"description": "a\u200bb"},
        {"description": "a\ud800b"},
    ],
    ids=lambda changes: str(next(iter(changes.items())))[:40],
)
def test_a_field_that_cannot_be_is_pointed_at(
    client: Client, sender: Holder, recipient: Holder, changes: Changes
) -> None:
    order = transfer_of(sender, recipient, "10", **changes)

    refused = client.send(ROUTE, order, key=new_id())

    assert (refused.status, refused.code) == (400, "invalid-request")
    pointers = [error["pointer"] for error in refused.body["errors"]]
    assert pointers == [f"/{name}" for name in changes]


def test_every_missing_field_is_pointed_at(client: Client) -> None:
    refused = client.send(ROUTE, {}, key=new_id())

    assert refused.status == 400
    assert {error["pointer"] for error in refused.body["errors"]} == {
        "/senderWalletId",
        "/recipientWalletId",
        "/senderUserId",
        "/recipientUserId",
        "/amount",
        "/currency",
    }


def test_a_wallet_that_nobody_opened_is_not_found(
    client: Client, sender: Holder, recipient: Holder
) -> None:
    stranger = replace(sender, wallet_id=new_id())

    for reply in (
        client.transfer(sender, stranger, "10"),
        client.transfer(stranger, recipient, "10"),
        client.adjust(stranger, "credit", "10"),
        client.send(f"GET /accounts/wallets/{stranger.wallet_id}"),
        client.send(f"GET /accounts/wallets/{stranger.wallet_id}/balance"),
    ):
        assert (reply.status, reply.code) == (404, "wallet-not-found")
        assert stranger.wallet_id in reply.body["detail"]


def test_a_system_wallet_is_nobodys_to_name(client: Client, sender: Holder) -> None:
    transaction_id = client.entries(sender)[-1]["transactionId"]
    sides = client.send(f"GET /ledger/transactions/{transaction_id}").body
    settlement = next(side for side in sides if side["walletId"] != sender.wallet_id)
    system = Holder(settlement["walletId"], sender.user_id, "USD")

    for reply in (
        client.transfer(sender, system, "10"),
        client.transfer(system, sender, "10"),
        client.adjust(system, "credit", "10"),
    ):
        assert (reply.status, reply.code) == (404, "wallet-not-found")


def test_an_inactive_wallet_neither_pays_nor_is_paid(
    client: Client, intruder: Intruder, sender: Holder, recipient: Holder
) -> None:
    for closed in (sender, recipient):
        intruder.change("wallets", closed.wallet_id, status="CLOSED", isActive=False)

        reply = client.transfer(sender, recipient, "10")

        assert (reply.status, reply.code) == (422, "wallet-inactive")
        assert closed.wallet_id in reply.body["detail"]
        intruder.restore()


def test_a_transfer_to_oneself_is_refused(client: Client, sender: Holder) -> None:
    reply = client.transfer(sender, sender, "10")

    assert (reply.status, reply.code) == (422, "same-wallet")


def test_an_amount_in_another_currency_than_the_wallets_is_refused(
    client: Client, sender: Holder, recipient: Holder
) -> None:
    reply = client.transfer(sender, recipient, "10", currency="EUR")

    assert (reply.status, reply.code) == (422, "currency-mismatch")


def test_a_false_owner_is_refused(client: Client, sender: Holder, recipient: Holder) -> None:
    for changes in ({"senderUserId": new_id()}, {"recipientUserId": new_id()}):
        reply = client.transfer(sender, recipient, "10", **changes)

        assert (reply.status, reply.code) == (422, "wallet-owner-mismatch")


def test_more_than_there_is_cannot_be_sent(
    client: Client, sender: Holder, recipient: Holder
) -> None:
    reply = client.transfer(sender, recipient, "1000.00000001")

    assert (reply.status, reply.code) == (422, "insufficient-funds")


def test_a_transfer_without_a_key_is_refused(
    client: Client, sender: Holder, recipient: Holder
) -> None:
    reply = client.send(ROUTE, transfer_of(sender, recipient, "10"))

    assert (reply.status, reply.code) == (400, "idempotency-key-missing")
    assert [error["pointer"] for error in reply.body["errors"]] == ["/header/Idempotency-Key"]


@pytest.mark.parametrize(
    "lines",
    [["one", "two"], ["same", "same"], [""], ["k" * 256], ['"open'], ["caf\u00e9"]],
    ids=["two", "the same twice", "empty", "too long", "half quoted", "not ASCII"],
)
def test_a_key_that_is_not_one_is_refused(
    client: Client, sender: Holder, recipient: Holder, lines: list[str]
) -> None:
    headers = [*JSON, *(("idempotency-key", line) for line in lines)]

    reply = client.send(ROUTE, transfer_of(sender, recipient, "10"), headers=headers)

    assert (reply.status, reply.code) == (400, "idempotency-key-invalid")


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b'{"amount": }',
        b"'single'",
        b'{"amount": NaN}',
        b"\xff\xfe",
        b"[" * 10_000,
        b'{"amount": ' + b"9" * 5_000 + b"}",
    ],
    ids=["cut off", "a hole", "quotes", "NaN", "not text", "deep", "a long number"],
)
def test_a_body_that_is_not_json_is_refused(client: Client, raw: bytes) -> None:
    refused = client.send(ROUTE, raw=raw, key=new_id())

    assert (refused.status, refused.code) == (400, "malformed-json")


@pytest.mark.parametrize("raw", [b"[]", b'"text"', b"7", b"null", b"", b"{}"])
def test_a_body_that_is_no_transfer_is_refused(client: Client, raw: bytes) -> None:
    refused = client.send(ROUTE, raw=raw, key=new_id())

    assert (refused.status, refused.code) == (400, "invalid-request")


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "", "text/html"])
def test_a_body_of_another_type_is_refused(client: Client, content_type: str) -> None:
    headers = [("content-type", content_type)]

    refused = client.send(ROUTE, raw=b"{}", headers=headers, key=new_id())

    assert (refused.status, refused.code) == (415, "unsupported-media-type")


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1", '"us-ascii"', ""])
def test_a_body_in_another_charset_is_refused(client: Client, charset: str) -> None:
    headers = [("content-type", f"application/json; charset={charset}")]

    refused = client.send(ROUTE, raw=b"{}", headers=headers, key=new_id())

    assert (refused.status, refused.code) == (415, "unsupported-media-type")


@pytest.mark.parametrize("raw", [b"caf\xe9", b"\xed\xa0\x80", b"\xc0\x80", b"\xff"])
def test_a_text_that_is_no_utf_8_is_refused(client: Client, raw: bytes) -> None:
    refused = client.send(ROUTE, raw=b'{"description":"' + raw + b'"}', key=new_id())

    assert (refused.status, refused.code) == (400, "malformed-json")


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limt=5", "/query/limt"),
        ("Limit=5", "/query/Limit"),
        ("limit=5&limit=5", "/query/limit"),
        ("limit=%2B5", "/query/limit"),
        ("limit=+5", "/query/limit"),
        ("limit=5.0", "/query/limit"),
        ("limit=05", "/query/limit"),
        ("limit=1_0", "/query/limit"),
        ("limit=%D9%A5", "/query/limit"),
        ("limit=%FF", "/query/limit"),
        ("offset=", "/query/offset"),
    ],
)
def test_a_query_that_means_nothing_is_pointed_at(
    client: Client, sender: Holder, query: str, pointer: str
) -> None:
    refused = client.send(f"GET /ledger/wallets/{sender.wallet_id}/entries?{query}")

    assert (refused.status, refused.code) == (400, "invalid-request")
    assert [error["pointer"] for error in refused.body["errors"]] == [pointer]


@pytest.mark.parametrize(
    "request_line",
    ["GET /health?x=1", "GET /payroll/health?limit=1", "GET /accounts/wallets/{id}?full=true"],
)
def test_a_query_where_none_is_taken_is_a_bad_request(
    client: Client, sender: Holder, request_line: str
) -> None:
    refused = client.send(request_line.format(id=sender.wallet_id))

    assert (refused.status, refused.code) == (400, "invalid-request")


@pytest.mark.parametrize("currency", ["BGN", "ANG", "HRK", "XXX", "XTS", "XAU", "CHE"])
def test_no_wallet_is_opened_in_what_is_no_currency_today(client: Client, currency: str) -> None:
    order = {"userId": new_id(), "currency": currency, "accountNumber": "ACC-001"}

    refused = client.send("POST /accounts/wallets", order)

    assert (refused.status, refused.body["errors"][0]["pointer"]) == (400, "/currency")


@pytest.mark.parametrize("size", [64 * 1024 + 1, 7 * MEGABYTE])
def test_a_body_that_is_too_large_is_refused(client: Client, size: int) -> None:
    refused = client.send(ROUTE, raw=b'{"description":"' + b"x" * size + b'"}', key=new_id())

    assert (refused.status, refused.code) == (413, "payload-too-large")


@pytest.mark.parametrize(
    "request_line",
    [
        "GET /accounts/wallets/nonsense",
        "GET /accounts/wallets/nonsense/balance",
        "GET /accounts/wallets/user/nonsense",
        "GET /transactions/transfers/nonsense",
        "GET /ledger/transactions/nonsense",
        "GET /ledger/transactions/nonsense/verify",
        "GET /ledger/wallets/nonsense/entries",
        "GET /ledger/wallets/nonsense/chain",
        "GET /fx/quote/nonsense",
        "GET /accounts/wallets/..%2e%2e",
        "GET /accounts/wallets/'%20OR%201=1--",
    ],
)
def test_an_id_that_is_no_uuid_is_refused(client: Client, request_line: str) -> None:
    refused = client.send(request_line)

    assert (refused.status, refused.code) == (400, "invalid-request")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/transactions/transfers", "transfer-not-found"),
        ("/ledger/transactions", "transaction-not-found"),
        ("/fx/quote", "fx-quote-not-found"),
    ],
)
def test_an_id_that_nobody_gave_out_is_not_found(client: Client, path: str, code: str) -> None:
    unknown = client.send(f"GET {path}/{new_id()}")

    assert (unknown.status, unknown.code) == (404, code)


@pytest.mark.parametrize(
    "request_line",
    [
        "GET /",
        "GET /nothing/here",
        "GET /accounts",
        "POST /accounts/wallets/extra/path/of/names",
        "DELETE /accounts/wallets",
        "PUT /transactions/transfers",
        "GET /fx/quote",
        "POST /health",
        "GET /unknown/health",
    ],
)
def test_a_route_or_method_that_nobody_made_is_not_found(client: Client, request_line: str) -> None:
    unknown = client.send(request_line)

    assert (unknown.status, unknown.code) == (404, "not-found")


def test_an_id_that_is_no_text_is_not_found(client: Client) -> None:
    reply = client.send("GET /accounts/wallets/%00")

    # One gateway hands the byte on as it was sent, the other decodes it.
    assert (reply.status, reply.code) in {(404, "not-found"), (400, "invalid-request")}


Send = Callable[[Client, Holder, Any], Reply]

OTHER_BODIES: dict[str, Send] = {
    "a wallet": lambda client, _, value: client.send(
        "POST /accounts/wallets", {"userId": value, "accountNumber": value, "currency": value}
    ),
    "a deposit": lambda client, holder, value: client.send(
        f"PATCH /accounts/wallets/{holder.wallet_id}/balance",
        {"amount": value, "operation": value},
    ),
    "a posting": lambda client, _, value: client.send(
        "POST /ledger/transactions", {"transactionId": value, "entries": value}
    ),
    "a quote": lambda client, _, value: client.send(
        "POST /fx/quote",
        {"fromCurrency": value, "toCurrency": value, "fromAmount": value, "userId": value},
    ),
}


NONSENSE: list[object] = [None, 0, -1, 1e308, "", "null", [], {}, [[]], "\u0000", "x" * 9999]


@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: repr(value)[:8])
@pytest.mark.parametrize("body", OTHER_BODIES)
def test_nonsense_elsewhere_is_a_bad_request_too(
    client: Client, sender: Holder, body: str, value: object
) -> None:
    refused = OTHER_BODIES[body](client, sender, value)

    assert (refused.status, refused.code) == (400, "invalid-request")
