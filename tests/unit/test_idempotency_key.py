"""Idempotency keys: which headers are one key, and what makes two payloads the same."""

import pytest

from novapay.domain.idempotency import fingerprint_of
from novapay.http.errors import IdempotencyKeyInvalid
from novapay.http.idempotency_key import keyed_request_of, parse_idempotency_key


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("k", "k"),
        ("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"),
        ('"8e03978e-40d5-43dd-bc93-6894a57f9324"', "8e03978e-40d5-43dd-bc93-6894a57f9324"),
        ("order #17/2026: (a+b)", "order #17/2026: (a+b)"),
        ("  padded  ", "padded"),
        ('"  kept  "', "  kept  "),
        (r'"say \"yes\""', 'say "yes"'),
        (r'"back\\slash"', "back\\slash"),
        (r"bare\slash", r"bare\slash"),
        ('bare"quote', 'bare"quote'),
        ('"a, b"', "a, b"),
        ("a,b", "a,b"),
        ("~", "~"),
        ("x" * 255, "x" * 255),
        ('"' + "x" * 255 + '"', "x" * 255),
        ('"' + r"\"" * 255 + '"', '"' * 255),
    ],
)
def test_a_key_is_bare_or_quoted(header: str, key: str) -> None:
    assert parse_idempotency_key(header) == key


@pytest.mark.parametrize(
    "header",
    [
        "",
        " ",
        '""',
        '" "',
        '"   "',
        "x" * 256,
        '"' + "x" * 256 + '"',
        '"unclosed',
        '"',
        '"a"b',
        '"a" "b"',
        '"a";p=1',
        r'"bad \escape"',
        r'"ends in \"',
        "tab\tinside",
        "\tk",
        "line\nbreak",
        "k\n",
        "nul\x00",
        "del\x7f",
        "clé",
        "ключ",
        "\ufeffk",
        "k\u2028",
        "\ud800",
    ],
)
def test_anything_else_is_no_key(header: str) -> None:
    with pytest.raises(IdempotencyKeyInvalid):
        parse_idempotency_key(header)


def event_with(*lines: str, name: str = "Idempotency-Key", **fields: object) -> dict[str, object]:
    return {
        "httpMethod": "POST",
        "resource": "/transactions/transfers",
        "headers": {name: lines[-1]} if lines else {},
        "multiValueHeaders": {name: list(lines)} if lines else {},
        "pathParameters": None,
        "requestContext": {"stage": "local"},
        **fields,
    }


@pytest.mark.parametrize("name", ["Idempotency-Key", "idempotency-key", "IDEMPOTENCY-KEY"])
def test_the_header_is_found_in_any_case(name: str) -> None:
    keyed_request = keyed_request_of(event_with("k", name=name), {})

    assert keyed_request is not None
    assert keyed_request.key == "k"


def test_a_request_without_the_header_has_no_key() -> None:
    assert keyed_request_of(event_with(), {}) is None


@pytest.mark.parametrize("lines", [("a", "b"), ("a", "a"), ("a, b",), ("a, a",), ("", "a")])
def test_two_header_lines_are_not_one_key(lines: tuple[str, ...]) -> None:
    with pytest.raises(IdempotencyKeyInvalid):
        keyed_request_of(event_with(*lines), {})


def test_two_quoted_lines_that_a_server_joined_are_not_one_key() -> None:
    with pytest.raises(IdempotencyKeyInvalid):
        keyed_request_of(event_with('"a", "b"'), {})


def test_a_key_belongs_to_its_caller_and_route() -> None:
    events = [
        event_with("k"),
        event_with("k", httpMethod="PATCH"),
        event_with("k", resource="/ledger/transactions"),
        event_with("k", requestContext={"identity": {"userArn": "arn:aws:iam::1:user/a"}}),
        event_with("k", requestContext={"identity": {"userArn": "arn:aws:iam::1:user/b"}}),
        event_with("k", requestContext={"authorizer": {"principalId": "a"}}),
    ]

    found = [keyed_request_of(event, {}) for event in events]

    assert len({it.scope for it in found if it is not None}) == len(events)


def test_the_path_is_part_of_the_payload() -> None:
    one, other = (
        keyed_request_of(event_with("k", pathParameters={"walletId": wallet_id}), {"amount": "1"})
        for wallet_id in ("a", "b")
    )

    assert one is not None
    assert other is not None
    assert one.scope == other.scope
    assert one.fingerprint != other.fingerprint


def test_the_order_of_fields_does_not_matter_and_values_do() -> None:
    assert fingerprint_of({"a": 1, "b": {"c": 2, "d": 3}}) == fingerprint_of(
        {"b": {"d": 3, "c": 2}, "a": 1}
    )
    assert fingerprint_of({"a": "1"}) != fingerprint_of({"a": 1})
    assert fingerprint_of({"a": None}) != fingerprint_of({})


def test_the_fingerprint_is_fixed_because_it_is_stored() -> None:
    # sha256 of {"amount":"1.00000000","note":"\u00e9"}
    expected = "0bad29f0149a6ef30b7f7ef6aa96978a835d7ba2223234b6fda6f5cd041f9b9e"

    assert fingerprint_of({"note": "é", "amount": "1.00000000"}) == expected
