"""A request's address: what is before its route, which query it may have, where the next page is.

Each operation is called as from behind a stage, a custom domain and its base paths: only what the
gateway says of the path differs there.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest

from cdk.endpoints import CONSOLE, ENDPOINTS, Endpoint
from localstack.memory.api import Api, Event, Reply, event_of, sample_event
from localstack.memory.desk import Desk, desk_of
from localstack.memory.dynamodb import dynamodb_in_memory
from localstack.memory.payroll import Office, order_for
from novapay.wiring import encryption

ADDRESSES = {
    "AWS's own": ("https://10ca1a91.execute-api.us-east-1.amazonaws.com/dev", ""),
    "a custom domain": ("https://api.example.com", ""),
    "a base path": ("https://api.example.com/v1", "/v1"),
    "two base paths": ("https://api.example.com/payments/v2.1", "/payments/v2.1"),
    "a base path named as a route": ("https://api.example.com/health", "/health"),
    "an emulator": ("http://127.0.0.1:4566/_aws/execute-api/10ca1a91/local", ""),
}


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with dynamodb_in_memory() as client, pytest.MonkeyPatch.context() as patch:
        patch.setenv("POWERTOOLS_METRICS_NAMESPACE", "NovaPay")
        with desk_of(client, patch) as desk:
            patch.setattr(encryption, "readers", frozenset)
            yield desk


@pytest.fixture(scope="module")
def api(desk: Desk) -> Api:
    return Api(desk.bank)


def at(event: Event, base_path: str) -> Event:
    """Return the event as it comes from behind a base path."""
    path = f"{base_path}{event['path']}"
    return {**event, "path": path, "requestContext": {**event["requestContext"], "path": path}}


def with_query(event: Event, *pairs: tuple[str, str]) -> Event:
    """Return the event with these parameters after those of its query."""
    query = {name: [*values] for name, values in _query_of(event).items()}
    for name, value in pairs:
        query.setdefault(name, []).append(value)
    single = {name: values[-1] for name, values in query.items()}
    return {
        **event,
        "queryStringParameters": single or None,
        "multiValueQueryStringParameters": query or None,
    }


def name_of(endpoint: Endpoint) -> str:
    return endpoint.name


@pytest.mark.parametrize("base_path", ["/v1", "/payments/v2.1", "/health", "/$-_.+!*'()"])
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name_of)
def test_every_route_is_found_behind_a_base_path(
    api: Api, endpoint: Endpoint, base_path: str
) -> None:
    # A parameter that no operation has ends the request where its route has been found.
    event = with_query(sample_event(endpoint.module), ("unheard", "of"))

    reply = api.send(endpoint.module, at(event, base_path))

    assert reply.status == 400
    assert reply.code in {"invalid-request", "idempotency-key-missing"}


@pytest.mark.parametrize("base_path", ["", "/v1"])
def test_a_health_check_answers_behind_a_base_path(api: Api, base_path: str) -> None:
    for path in ("/health", "/ledger/health"):
        event = {**sample_event("health"), "path": path, "resource": path}
        assert api.send("health", at(event, base_path)).status == 200


NO_NAMES = [
    *("limt", "Limit", "LIMIT", "page", "cursor", "wallet_id", "limit[]", " limit", "", "a/b~c"),
    *("\u202e", "x" * 4_000, "__proto__"),
]


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name_of)
def test_a_query_parameter_that_is_unknown_is_named(api: Api, endpoint: Endpoint) -> None:
    event = sample_event(endpoint.module)

    for name in (
        "limt",
        "Limit",
        "LIMIT",
        "page",
        "cursor",
        "wallet_id",
        "limit[]",
        " limit",
        "",
        "a/b~c",
    ):
        reply = api.send(endpoint.module, with_query(event, (name, "1")))
        pointed = name.replace("~", "~0").replace("/", "~1")
        assert (reply.status, reply.pointers) == (400, [f"/query/{pointed}"]), name


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name_of)
def test_a_query_parameter_that_comes_twice_is_named(api: Api, endpoint: Endpoint) -> None:
    event = sample_event(endpoint.module)

    for values in (("1", "2"), ("1", "1"), ("", "")):
        twice = with_query({**event, **NO_QUERY}, *(("limit", value) for value in values))
        reply = api.send(endpoint.module, twice)
        assert (reply.status, reply.pointers) == (400, ["/query/limit"])
        assert reply.body["errors"][0]["detail"] == "must be given once"


NO_NUMBERS = [
    *("", " ", "+5", "-5", "-0", " 5", "5 ", "5\n", "5.0", "5.", "5e0", "0x5", "0b1", "05", "00"),
    *("1_000", "1,000", "\u0665", "\u0967", "\uff15", "\u00b2", "\u2164", "\u0664\u0662", "five"),
    *("5\u00a0", "\u200b5", "5\x00", "null", "true", "[5]", "NaN", "Infinity", "5;6", "9" * 5_000),
]


PAGED = [
    *("ledger/list_entries", "admin/audit_entries", "admin/list_wallet_transactions"),
    *("admin/list_audit_logs", "payroll/list_job_items", "admin/inspect_job_items"),
    "accounts/list_user_wallets",
]


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        *((operation, name) for operation in PAGED for name in ("limit", "offset")),
        ("admin/list_all_jobs", "limit"),
    ],
)
def test_a_number_in_a_query_has_one_spelling(api: Api, operation: str, name: str) -> None:
    event = _without(sample_event(operation), name)

    for value in NO_NUMBERS:
        reply = api.send(operation, with_query(event, (name, value)))
        assert (reply.status, reply.pointers) == (400, [f"/query/{name}"]), value


@pytest.fixture(scope="module")
def listed(desk: Desk) -> dict[str, dict[str, str]]:
    """Return what each paged operation is asked for, so that there are three rows to list."""
    bank = desk.bank
    payer, employees = bank.account(holding="10"), [bank.account() for _ in range(3)]
    job_id = Office(bank).queue(payer, [order_for(it, "1") for it in employees])
    rich = bank.account(holding="1")
    for _ in range(2):
        bank.deposit(rich, "1")
    for name in ("inspect_wallet",) * 3:
        desk.call(name, walletId=rich.wallet_id)
    owner = bank.account()
    for _ in range(2):
        bank.open_wallet(owner.user_id)
    return {
        "ledger/list_entries": {"walletId": rich.wallet_id},
        "admin/audit_entries": {"walletId": rich.wallet_id},
        "admin/list_wallet_transactions": {"walletId": rich.wallet_id},
        "admin/list_audit_logs": {},
        "payroll/list_job_items": {"jobId": job_id},
        "admin/inspect_job_items": {"jobId": job_id},
        "accounts/list_user_wallets": {"userId": owner.user_id},
    }


@pytest.mark.parametrize("place", ADDRESSES)
@pytest.mark.parametrize("operation", PAGED)
def test_the_next_page_is_where_its_reference_leads_from_the_request(
    api: Api, listed: dict[str, dict[str, str]], operation: str, place: str
) -> None:
    root, base_path = ADDRESSES[place]
    event = event_of(operation)
    in_path = set(event["pathParameters"] or {})
    named = listed[operation]
    route = event_of(operation, path={n: v for n, v in named.items() if n in in_path})["path"]
    others = "".join(f"&{n}={v}" for n, v in named.items() if n not in in_path)
    address: str | None = f"{root}{route}?limit=2&offset=0{others}"
    seen: list[Any] = []

    for _ in range(2):
        assert address is not None
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{root}{route}"
        asked = event_of(operation, path={n: v for n, v in named.items() if n in in_path})
        asked = with_query({**asked, **NO_QUERY}, *parse_qsl(parts.query))
        reply = api.send(operation, at(asked, base_path))
        assert reply.status == 200, reply.text
        seen.append(rows_of(reply))
        following = next_of(reply)
        address = None if following is None else urljoin(address, following)

    assert [len(rows) for rows in seen[:1]] == [2]
    assert len(seen[1]) >= 1
    # Each look at the audit log is a new line of it, so that its next page begins a line earlier.
    repeated = {str(row) for row in seen[0]} & {str(row) for row in seen[1]}
    assert len(repeated) == (1 if operation == "admin/list_audit_logs" else 0)


def rows_of(reply: Reply) -> list[Any]:
    if isinstance(reply.body, list):
        return reply.body
    [rows] = [value for value in reply.body.values() if isinstance(value, list)]
    return rows


def next_of(reply: Reply) -> str | None:
    """Return the reference to the next page, from the body or from the header."""
    if isinstance(reply.body, dict):
        following: str | None = reply.body["next"]
        return following
    link = reply.headers.get("link")
    if link is None:
        return None
    assert link.startswith("<")
    assert link.endswith('>; rel="next"')
    return link[1:].partition(">")[0]


NO_QUERY = {"queryStringParameters": None, "multiValueQueryStringParameters": None}


def _query_of(event: Event) -> dict[str, list[str]]:
    return event["multiValueQueryStringParameters"] or {}


def _without(event: Event, name: str) -> Event:
    pairs = [(n, v) for n, values in _query_of(event).items() if n != name for v in values]
    return with_query({**event, **NO_QUERY}, *pairs)


def test_the_console_is_found_behind_a_base_path(api: Api) -> None:
    for path, asset in (("/admin/console", None), ("/admin/console/app.js", "app.js")):
        event = sample_event(CONSOLE.module)
        event["resource"] = "/admin/console/{asset}" if asset else "/admin/console"
        event["pathParameters"] = {"asset": asset} if asset else None
        assert api.send(CONSOLE.module, at({**event, "path": path}, "/v1")).status == 200
