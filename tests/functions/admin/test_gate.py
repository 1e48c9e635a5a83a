"""What holds for every admin function: no data without a token, none without a line in the log."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NamedTuple

import pytest

from localstack.memory.bank import Account
from localstack.memory.clocks import ManualClock
from localstack.memory.desk import (
    LONGEST_TOKEN,
    STAGE,
    TOKENS,
    TOO_LONG_TOKEN,
    Desk,
    event_of,
)
from localstack.memory.wire import Wire, answer_with, every
from novapay.domain.audit import AuditEvent
from tests.support.printed import Printed

UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
FAULT = answer_with("InternalServerError", status=500)


class Case(NamedTuple):
    """What a function is asked: the parameters of a good call, of a bad one and of a vain one."""

    good: dict[str, str]
    bad: dict[str, str]
    vain: dict[str, str]


WALLET = Case({"walletId": "{wallet}"}, {"walletId": "no-uuid"}, {"walletId": UNKNOWN_ID})
TRANSACTION = Case(
    {"transactionId": "{transaction}"},
    {"transactionId": "no-uuid"},
    {"transactionId": UNKNOWN_ID},
)
PAGE = Case({}, {"limit": "101"}, {})
NOTHING = Case({}, {}, {})

CASES = {
    "inspect_wallet": WALLET,
    "reveal_account_number": WALLET,
    "inspect_transaction": TRANSACTION,
    "list_wallet_transactions": WALLET,
    "audit_transaction": TRANSACTION,
    "audit_chain": WALLET,
    "audit_entries": WALLET,
    "list_audit_logs": PAGE,
    "verify_audit_log": NOTHING,
    "get_trial_balance": NOTHING,
    "list_all_jobs": PAGE,
    "list_transaction_entries": TRANSACTION,
    "get_figures": NOTHING,
}
WITH_BAD = [name for name, case in CASES.items() if case.bad]
WITH_VAIN = [name for name, case in CASES.items() if case.vain]

BAD_TOKENS = {
    "missing": None,
    "empty": "",
    "wrong": "not-an-operators-token",
    "prefix": TOKENS["ada"][:-1],
    "longer": TOKENS["ada"] + "x",
    "other case": TOKENS["ada"].upper(),
    "too long": TOO_LONG_TOKEN,
}


def good(desk: Desk, holder: Account, name: str) -> dict[str, str]:
    """Return the parameters of a good call, with the ids of things that there are."""
    statement = desk.call("audit_entries", walletId=holder.wallet_id).body
    ids = {
        "wallet": holder.wallet_id,
        "transaction": statement["entries"][0]["transactionId"],
    }
    return {key: value.format(**ids) for key, value in CASES[name].good.items()}


def line(
    name: str, status: int, parameters: Mapping[str, str | None], *, actor: str = "ada"
) -> AuditEvent:
    """Return the line that a call must leave."""
    return AuditEvent(
        actor=actor,
        action=name,
        target=next(iter(parameters.values()), None),
        source_ip="192.0.2.7",
        status=status,
        request_id="5b1d8a0e-7c64-4f0b-9a3e-2f6f3c1d9e77",
    )


@pytest.mark.parametrize("name", CASES)
def test_an_operators_call_is_answered_and_logged(desk: Desk, holder: Account, name: str) -> None:
    parameters = good(desk, holder, name)

    answer = desk.call(name, **parameters)

    assert answer.status == 200
    assert answer.headers["Content-Type"] == ["application/json"]
    assert answer.headers["x-request-id"] == ["5b1d8a0e-7c64-4f0b-9a3e-2f6f3c1d9e77"]
    assert desk.log()[1:] == [line(name, 200, parameters)]


@pytest.mark.parametrize("operator", TOKENS)
def test_the_log_names_the_operator_whose_token_it_was(desk: Desk, operator: str) -> None:
    answer = desk.call("list_all_jobs", token=TOKENS[operator])

    assert answer.status == 200
    assert desk.log() == [line("list_all_jobs", 200, {}, actor=operator)]


def test_a_token_may_be_two_hundred_characters_long(desk: Desk) -> None:
    assert desk.call("list_all_jobs", token=LONGEST_TOKEN).status == 200


@pytest.mark.parametrize("kind", BAD_TOKENS)
def test_a_call_without_a_valid_token_is_denied_and_leaves_no_line_in_the_log(
    desk: Desk, kind: str
) -> None:
    parameters = {"walletId": UNKNOWN_ID}

    answer = desk.call("inspect_wallet", token=BAD_TOKENS[kind], **parameters)

    assert answer.status == 401
    assert answer.headers["Content-Type"] == ["application/problem+json"]
    assert answer.body["code"] == "unauthorized"
    assert answer.body["retryable"] is False
    assert desk.log() == []


@pytest.mark.parametrize("name", CASES)
def test_every_function_asks_for_the_token_first(desk: Desk, holder: Account, name: str) -> None:
    parameters = good(desk, holder, name)

    for token in (None, "not-an-operators-token"):
        answer = desk.call(name, token=token, **parameters)

        assert answer.status == 401
        assert set(answer.body) == {
            "type", "title", "status", "detail", "code", "requestId", "retryable"
        }  # fmt: skip
    assert len(desk.log()) == 1, "the call of `good` alone"


@pytest.mark.parametrize("name", CASES)
def test_a_denied_call_reads_and_writes_no_table(desk: Desk, name: str) -> None:
    with Wire(desk.bank.client) as wire:
        desk.call(name, token="not-an-operators-token")

    assert wire.operations == []


@pytest.mark.parametrize("name", CASES)
def test_a_denied_call_is_a_line_and_a_metric(
    printed: Callable[[], Printed], desk: Desk, name: str
) -> None:
    desk.call(name, token="not-an-operators-token")

    output = printed()
    denied, request = output.log
    assert denied["message"] == "admin call denied"
    assert denied["source_ip"] == "192.0.2.7"
    assert denied["route"] == request["route"] == event_of(name, token=None)["resource"]
    assert denied["request_id"] == request["request_id"]
    assert request["status"] == 401
    assert output.metrics == {"admin_calls_denied": 1}
    assert {it["stage"] for it in output.documents if "_aws" in it} == {STAGE}


@pytest.mark.parametrize("name", WITH_BAD)
def test_a_bad_call_is_refused_and_logged(desk: Desk, name: str) -> None:
    parameters = CASES[name].bad

    answer = desk.call(name, **parameters)

    assert answer.status == 400
    assert answer.body["errors"]
    # Nothing but an id is a target.
    assert desk.log() == [line(name, 400, {})]


@pytest.mark.parametrize("name", WITH_VAIN)
def test_a_call_about_what_there_is_not_is_logged(desk: Desk, name: str) -> None:
    parameters = CASES[name].vain

    answer = desk.call(name, **parameters)

    assert answer.status == 404
    assert desk.log() == [line(name, 404, parameters)]


@pytest.mark.parametrize("name", CASES)
def test_no_token_is_printed_answered_or_stored(
    desk: Desk, holder: Account, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parameters = good(desk, holder, name)
    tokens = [TOKENS["ada"], "a-wrong-token-that-is-nobodys"]

    answers = [desk.call(name, token=token, **parameters) for token in tokens]

    printed = capsys.readouterr().out
    assert '"status":200' in printed
    assert '"status":401' in printed
    seen = printed + desk.stored_log() + str(answers)
    assert not [token for token in tokens if token in seen]


@pytest.mark.parametrize("name", CASES)
def test_no_data_is_answered_that_could_not_be_logged(
    desk: Desk, holder: Account, name: str
) -> None:
    parameters = good(desk, holder, name)
    before = desk.log()

    with Wire(desk.bank.client, before=every("TransactWriteItems", FAULT)):
        answer = desk.call(name, **parameters)

    assert answer.status == 503
    assert answer.body["retryable"] is True
    assert holder.wallet_id not in str(answer.body)
    assert desk.log() == before


@pytest.mark.parametrize("name", CASES)
def test_no_data_is_answered_by_a_function_whose_clock_is_off(
    desk: Desk, holder: Account, name: str
) -> None:
    parameters = good(desk, holder, name)
    desk.bank.server_clock = ManualClock(desk.bank.clock.now() + timedelta(minutes=1))

    answer = desk.call(name, **parameters)

    assert (answer.status, answer.body["code"]) == (503, "clock-skewed")


SECRETS = {
    "a card": "4111111111111111",
    "a token": LONGEST_TOKEN,
    "a jwt": "eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl",
    "an iban": "DE89370400440532013000",
    "long": "w" * 1000,
    "a line break": f"{UNKNOWN_ID}\n",
    "braces": f"{{{UNKNOWN_ID}}}",
    "no hyphens": UNKNOWN_ID.replace("-", ""),
    "another script": UNKNOWN_ID.replace("0", "\N{ARABIC-INDIC DIGIT ZERO}"),
    "empty": "",
}


@pytest.mark.parametrize("kind", SECRETS)
@pytest.mark.parametrize("name", ["inspect_wallet", "list_wallet_transactions"])
def test_a_secret_in_the_place_of_an_id_is_kept_nowhere(
    printed: Callable[[], Printed], desk: Desk, name: str, kind: str
) -> None:
    answer = desk.call(name, walletId=SECRETS[kind])

    assert answer.status in {400, 404}
    assert desk.log() == [line(name, answer.status, {})]
    for document in printed().log:
        assert "walletId" not in document
        assert SECRETS[kind] not in [value for value in document.values() if value]


def test_an_id_is_kept_in_lower_case(desk: Desk, holder: Account) -> None:
    assert desk.call("inspect_wallet", walletId=holder.wallet_id.upper()).status == 200

    assert desk.log() == [line("inspect_wallet", 200, {"walletId": holder.wallet_id})]
