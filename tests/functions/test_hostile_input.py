"""A corpus of hostile input: each is answered with a 4xx problem that names it; nothing is written.

Everything else about the requests is in order, so that it is the hostile part which is refused.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest

from cdk.endpoints import ENDPOINTS
from localstack.memory.api import Api, Event, Reply, api_over, event_of, transfer_body
from localstack.memory.bank import Account
from localstack.memory.dynamodb import dynamodb_in_memory
from localstack.memory.wire import Wire

TRANSFER = "transactions/create_transfer"


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    """Return functions that all requests of this module share: none of them changes anything."""
    with dynamodb_in_memory() as client, pytest.MonkeyPatch.context() as patch:
        patch.setenv("POWERTOOLS_METRICS_NAMESPACE", "NovaPay")
        with api_over(client, patch) as functions:
            yield functions


@pytest.fixture(scope="module")
def alice(api: Api) -> Account:
    return api.bank.account(holding="100")


@pytest.fixture(scope="module")
def bob(api: Api) -> Account:
    return api.bank.account()


@pytest.fixture(scope="module", autouse=True)
def _nothing_is_written(api: Api, alice: Account, bob: Account) -> Iterator[None]:
    before = api.books()
    yield
    assert api.books() == before


def assert_refused(api: Api, operation: str, event: Event, statuses: set[int]) -> Reply:
    """Send an event and check that it is refused with a whole problem and asks for no write."""
    with Wire(api.bank.client) as wire:
        reply = api.send(operation, event)

    assert reply.code
    assert reply.status in statuses, reply.text
    assert set(wire.operations) <= {"GetItem", "BatchGetItem", "Query"}
    return reply


NESTED = {depth: "[" * depth + "]" * depth for depth in (50, 500, 990, 5_000, 30_000)}

BODIES: dict[str, str | None] = {
    "no body": None,
    "empty": "",
    "a blank": " ",
    "null": "null",
    "true": "true",
    "a number": "0",
    "a word": '"x"',
    "an empty list": "[]",
    "a list of objects": "[{}]",
    "an empty object": "{}",
    "an open object": "{",
    "an open list": "[",
    "a closing brace": "}",
    "an open string": '{"amount":"1',
    "a word without quotes": "undefined",
    "single quotes": "{'amount':'1'}",
    "a comment": '{"amount":"1"/* one */}',
    "two documents": "{}{}",
    "NaN": "NaN",
    "Infinity": '{"amount":Infinity}',
    "minus Infinity": '{"amount":-Infinity}',
    "NaN within": '{"amount":NaN}',
    "a byte order mark": "\ufeff{}",
    "UTF-16": "{}".encode("utf-16").decode("latin-1"),
    "replaced bytes": "\ufffd\ufffd{\ufffd}",
    "NULs": "\x00" * 100,
    "a control character in a string": '{"amount":"1\n"}',
    "HTML": "<html><body>hello</body></html>",
    "XML with an entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "a form": "amount=1&currency=USD",
    "a pickle": "\x80\x04\x95cos\nsystem\n",
    "a surrogate in the text": '{"amount":"\ud800"}',
    "a surrogate as the text": "\udfff",
    "a number of 4,301 digits": '{"amount":' + "9" * 4_301 + "}",
    "a number of 60,000 digits": '{"amount":' + "9" * 60_000 + "}",
    "a float beyond all floats": '{"amount":1e999}',
    "7 MB of blanks": " " * 7_000_000,
    "7 MB of string": '{"amount":"' + "1" * 7_000_000 + '"}',
    "64 KiB and one": " " * (64 * 1024 + 1),
    "64 KiB and one in umlauts": "ü" * (32 * 1024 + 1),
    **{f"{depth} lists in each other": text for depth, text in NESTED.items()},
    "10,000 objects in each other": '{"a":' * 10_000,
    "500 objects in each other": '{"a":' * 500 + "1" + "}" * 500,
    "a thousand unknown fields": json.dumps({f"field{n}": n for n in range(1_000)}),
    "an unknown field with a long name": json.dumps({"x" * 60_000: 1}),
    "an unknown field with a surrogate for a name": '{"\\ud800": 1}',
    "a prototype": '{"__proto__": {"amount": "1"}}',
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize(
    "operation",
    [
        TRANSFER,
        "accounts/create_wallet",
        "accounts/adjust_balance",
        "ledger/create_transaction",
    ],
)
def test_a_body_that_is_no_request_is_refused(api: Api, operation: str, name: str) -> None:
    event = event_of(operation, text=BODIES[name])

    assert_refused(api, operation, event, {400, 413})


NO_STRINGS: list[object] = [
    *(None, True, False, 0, 1, -1, 1.5, 10**30, [], ["x"], {}, {"$gt": ""}, {"S": "x"}),
]
NO_IDS: list[object] = [
    *NO_STRINGS,
    "",
    " ",
    "0",
    "null",
    "../../etc/passwd",
    "' OR '1'='1",
    "{{7*7}}",
    "00000000-0000-0000-0000-00000000000",
    "00000000-0000-0000-0000-0000000000000",
    "00000000-0000-0000-0000-00000000000g",
    "00000000000000000000000000000000",
    "{00000000-0000-0000-0000-000000000000}",
    "urn:uuid:00000000-0000-0000-0000-000000000000",
    "00000000-0000-0000-0000-000000000000\n",
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
    "\uff10" * 8 + "-0000-0000-0000-000000000000",
    "\ud800",
    "x" * 10_000,
]
NO_AMOUNTS: list[object] = [
    *NO_STRINGS,
    *("", " ", "0", "0.0", "0.00000000", "-0", "-1", "+1", "1e2", "1E2", "1e-2", "0x1", "0b1"),
    *("NaN", "nan", "sNaN", "Infinity", "-Infinity", "inf", ".1", "1.", ".", "1..2", "1.2.3"),
    *("1,000", "1_000", "1 000", " 1", "1 ", "1\n", "\t1", "1\x00", "$1", "1USD", "one", "null"),
    *("0.000000001", "1.000000000", "1000000000000", "0000000000001", "9" * 1_000),
    *("\uff11", "\u0661", "\u0967", "\u00b2", "\u00bd", "\u2160", "\u221e", "1\u00a0", "\ud800"),
]
NO_CURRENCIES: list[object] = [
    *NO_STRINGS,
    *("", " ", "usd", "Usd", "US", "USDX", "USD ", "USD\n", "XXX", "XAU", "BTC", "840", "$"),
    *("\uff35\uff33\uff24", "\ud800", "USD,EUR"),
    *("XTS", "XAG", "XPT", "XPD", "XDR", "XUA", "XSU", "XBA", "CHE", "CHW", "CLF", "COU", "MXV"),
    *("USN", "UYI", "UYW", "BOV", "ANG", "HRK", "SLL", "ZWL", "CUC", "DEM", "VEF", "LTL"),
]
NO_DESCRIPTIONS: list[object] = [
    *NO_STRINGS[1:],
    *("x" * 141, "\x00", "a\nb", "a\rb", "\x1b[31m", "\x7f", "\ud800", "x" * 60_000),
    *(
        " ",
        "   ",
        "\t",
        "\u00a0",
        "\u3000",
        " a",
        "a ",
        "a\u2003",
        "a\u00a0b",
        "\u2028",
        "a\u2029b",
    ),
    *("\x80", "a\x85b", "a\x9fb", "a\ufffdb", "a\ufffeb", "a\uffffb", "a\ufdd0b", "a\U0001ffffb"),
    *(f"a{chr(mark)}b" for mark in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
    *(
        "a\u200eb",
        "a\u200fb",
        "a\u061cb",
        "a\u200bb",
        "a\u200cb",
        "a\u200db",
        "a\u2060b",
        "a\ufeffb",
    ),
    *("a\u00adb", "a\u034fb", "a\u3164b", "a\u2800b", "a\ufe0fb", "a\U000e0041b", "a\ue000b"),
    "a\U0010fffd",
]
NO_ACCOUNT_NUMBERS: list[object] = [
    *NO_DESCRIPTIONS,
    *(None, "", "x" * 65, "\u00e9", "\u0661", "\uff11", "a\u0301", "\u0410CC-001"),
]
FIELDS: dict[str, list[object]] = {
    "senderWalletId": NO_IDS,
    "recipientWalletId": NO_IDS,
    "senderUserId": NO_IDS,
    "recipientUserId": NO_IDS,
    "amount": NO_AMOUNTS,
    "currency": NO_CURRENCIES,
    "description": NO_DESCRIPTIONS,
    "fxQuoteId": NO_IDS[1:],
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_that_is_not_of_its_form_is_pointed_at(
    api: Api, alice: Account, bob: Account, name: str
) -> None:
    body: dict[str, Any] = transfer_body(alice, bob)

    for value in FIELDS[name]:
        event = event_of(TRANSFER, body={**body, name: value}, key="a-key")
        reply = assert_refused(api, TRANSFER, event, {400})
        assert reply.pointers[0].startswith(f"/{name}"), value


@pytest.mark.parametrize("value", NO_DESCRIPTIONS, ids=lambda value: ascii(value)[:12])
@pytest.mark.parametrize(
    ("operation", "place"),
    [
        ("payroll/create_job", ("jobName",)),
        ("ledger/create_transaction", ("entries", 1, "description")),
    ],
)
def test_a_text_that_is_none_is_pointed_at(
    api: Api, operation: str, place: tuple[str | int, ...], value: object
) -> None:
    body: Any = json.loads(event_of(operation)["body"])
    node = body
    for name in place[:-1]:
        node = node[name]
    node[place[-1]] = value

    refused = assert_refused(api, operation, event_of(operation, body=body), {400})

    assert refused.pointers == ["/" + "/".join(map(str, place))]


def test_an_account_number_that_is_none_is_pointed_at(api: Api) -> None:
    operation = "accounts/create_wallet"
    body = json.loads(event_of(operation)["body"])

    for value in NO_ACCOUNT_NUMBERS:
        event = event_of(operation, body={**body, "accountNumber": value})
        assert assert_refused(api, operation, event, {400}).pointers == ["/accountNumber"], value


BODIES_OF = [
    *(TRANSFER, "accounts/create_wallet", "accounts/adjust_balance", "ledger/create_transaction"),
    *("payroll/create_job", "fx/create_quote", "fx/consume_quote"),
    *("accounts/freeze_wallet", "accounts/unfreeze_wallet", "accounts/close_wallet"),
    *("transactions/create_hold", "transactions/capture_hold", "transactions/create_reversal"),
]
"""Every operation that needs a body, but for the operators': each of their calls is recorded."""


def renamed(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each document in which one field, at any depth, has another spelling of its name."""
    children = enumerate(node) if isinstance(node, list) else dict(node).items()
    for name, value in children:
        if isinstance(value, dict | list):
            for where, changed in renamed(value, f"{path}/{name}"):
                copy = list(node) if isinstance(node, list) else dict(node)
                copy[name] = changed
                yield where, copy
        if isinstance(name, str):
            snake = re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", name)
            spellings = {snake, name.upper(), name.lower(), name.capitalize(), f"{name} "} - {name}
            for spelling in spellings:
                others = {key: it for key, it in node.items() if key != name}
                yield f"{path}/{spelling}", {**others, spelling: value}
                yield f"{path}/{spelling}", {**node, spelling: value}


@pytest.mark.parametrize("operation", BODIES_OF)
def test_a_field_has_one_name(api: Api, operation: str) -> None:
    body = json.loads(event_of(operation)["body"])

    for pointer, changed in renamed(body):
        refused = assert_refused(api, operation, event_of(operation, body=changed), {400})
        assert pointer in refused.pointers


def test_every_body_is_in_the_corpus() -> None:
    with_bodies = {
        endpoint.module
        for endpoint in ENDPOINTS
        if endpoint.method != "GET" and not endpoint.is_simulation
    }

    without = {it for it in with_bodies if it.startswith("admin/")} | {"transactions/release_hold"}
    assert set(BODIES_OF) == with_bodies - without


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        ("accounts/create_wallet", "currency"),
        ("fx/create_quote", "fromCurrency"),
        ("fx/create_quote", "toCurrency"),
    ],
)
@pytest.mark.parametrize("code", ["BGN", "ANG", "HRK", "SLL", "ZWL", "XXX", "XTS", "XAU", "CHW"])
def test_nothing_new_is_made_in_a_currency_that_is_none_today(
    api: Api, operation: str, name: str, code: str
) -> None:
    body = {**json.loads(event_of(operation)["body"]), name: code}

    refused = assert_refused(api, operation, event_of(operation, body=body), {400})

    assert refused.pointers == [f"/{name}"]


@pytest.mark.parametrize(
    "value",
    [
        *("text/plain", "text/html", "application/xml", "application/x-www-form-urlencoded"),
        *("multipart/form-data; boundary=x", "application/json-patch+json", "application/jsonx"),
        *("application/json, text/html", "", ";", "json", "*/*", "application/json\x00"),
        *("application/json; charset=utf-16", "application/json;charset=ISO-8859-1"),
        *('application/json; charset="utf-7"', "application/json; charset=us-ascii"),
    ],
)
def test_a_content_type_that_is_not_json_is_refused(
    api: Api, alice: Account, bob: Account, value: str
) -> None:
    event = event_of(TRANSFER, body=transfer_body(alice, bob), headers={"Content-Type": value})

    assert_refused(api, TRANSFER, event, {415})


def test_a_body_without_a_content_type_is_refused(api: Api, alice: Account, bob: Account) -> None:
    event = event_of(TRANSFER, body=transfer_body(alice, bob), headers={"Content-Type": None})

    assert_refused(api, TRANSFER, event, {415})


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe", b'{"description":"caf\xe9"}', b"\x00\x01\x02", b"\x1f\x8b\x08\x00"]
)
def test_a_body_that_is_no_text_is_refused(
    api: Api, alice: Account, bob: Account, raw: bytes
) -> None:
    event = event_of(TRANSFER, text=b64encode(raw).decode())

    refused = assert_refused(api, TRANSFER, {**event, "isBase64Encoded": True}, {400})

    assert refused.code == "malformed-json"


def test_a_text_that_lost_some_of_its_bytes_is_refused(
    api: Api, alice: Account, bob: Account
) -> None:
    text = json.dumps({**transfer_body(alice, bob), "description": "caf\ufffd"}, ensure_ascii=False)

    refused = assert_refused(api, TRANSFER, event_of(TRANSFER, text=text), {400})

    assert refused.code == "malformed-json"


@pytest.mark.parametrize(
    "key",
    [
        *("", " ", "\t", '""', '"', '"a', '"a"b', '"a" "b"', '"a";x=1', r'"\x"', "x" * 256),
        *("x" * 100_000, "a, b", '"a", "b"', "a\nb", "a\r\nX-Evil: 1", "\x00", "\x7f", "\u00e9"),
        *("\u202e", "\ud800", "\U0001f511"),
    ],
)
def test_a_key_that_is_none_is_refused(api: Api, alice: Account, bob: Account, key: str) -> None:
    event = event_of(TRANSFER, body=transfer_body(alice, bob), key=key)

    assert_refused(api, TRANSFER, event, {400})


@pytest.mark.parametrize("second", ["a", "b"])
def test_two_keys_are_refused(api: Api, alice: Account, bob: Account, second: str) -> None:
    event = event_of(TRANSFER, body=transfer_body(alice, bob), key="a")
    event["multiValueHeaders"]["Idempotency-Key"].append(second)

    refused = assert_refused(api, TRANSFER, event, {400})

    assert (refused.code, refused.pointers) == (
        "idempotency-key-invalid",
        ["/header/Idempotency-Key"],
    )


IN_PATHS = {
    "accounts/get_wallet": "walletId",
    "accounts/get_balance": "walletId",
    "accounts/list_user_wallets": "userId",
    "transactions/get_transfer": "transactionId",
    "ledger/get_transaction": "transactionId",
    "ledger/verify_transaction": "transactionId",
    "ledger/list_entries": "walletId",
    "ledger/verify_chain": "walletId",
    "fx/get_quote": "quoteId",
    "payroll/get_job": "jobId",
}


@pytest.mark.parametrize("operation", IN_PATHS)
def test_a_path_that_names_nothing_is_refused(api: Api, operation: str) -> None:
    hostile = [
        *(value for value in NO_IDS if isinstance(value, str) and not value.endswith("\n")),
        *("a b", "a/b", "a%2Fb", "a?b", "a#b", "\x00", "a\nb", "\u00e9", "\u202e", "<script>", "*"),
        *("..", ".", "a;b", "a\\b", "$ne", "[]", "(", "walletId", "{walletId}"),
    ]

    for value in hostile:
        event = event_of(operation, path={IN_PATHS[operation]: value})
        assert_refused(api, operation, event, {400, 404})


@pytest.mark.parametrize("name", ["limit", "offset"])
def test_a_page_that_is_none_is_refused(api: Api, alice: Account, name: str) -> None:
    hostile = [
        *("", " ", "-1", "1.5", "1e1", "0x1", "NaN", "inf", "ten", "null", "true", "[]", "1,2"),
        *("9" * 40, "9" * 5_000, "1" * 60_000, "\uff11", "\u0661", "1\x00", "'", "--", "1;2"),
    ]

    for value in hostile:
        event = event_of(
            "ledger/list_entries", path={"walletId": alice.wallet_id}, query={name: value}
        )
        assert_refused(api, "ledger/list_entries", event, {400})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/transactions/transfers"),
        ("DELETE", "/transactions/transfers"),
        ("POST", "/transactions//transfers"),
        ("POST", "/TRANSACTIONS/transfers"),
        ("POST", "/transactions/transfers/x"),
        ("POST", "/"),
        ("POST", ""),
        ("POST", "/../transactions/transfers"),
        ("BREW", "/transactions/transfers"),
    ],
)
def test_a_route_that_is_none_is_refused(
    api: Api, alice: Account, bob: Account, method: str, path: str
) -> None:
    event = event_of(TRANSFER, body=transfer_body(alice, bob))
    event.update(httpMethod=method, path=path, resource=path)

    assert_refused(api, TRANSFER, event, {404})
