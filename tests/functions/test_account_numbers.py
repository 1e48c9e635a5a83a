"""An account number from its wallet's opening on: who reads it, and where it is never found."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from localstack.memory.account_numbers import kms_in_memory
from localstack.memory.api import Api, Reply, api_over
from localstack.memory.intruder import Intruder
from localstack.memory.kms import kms_client
from localstack.memory.tables import every_byte
from localstack.memory.wire import Wire, answer_with
from novapay.domain.caller import Caller, Scope
from novapay.domain.wallet import UserId
from tests.support.domain import id_of
from tests.support.printed import Printed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NUMBER = "SECRET-4711-0815"
MASKED = "••••0815"
USER = id_of("a user")
DOWN = answer_with("KMSInternalException", status=500)


@pytest.fixture
def api(
    dynamodb: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch, printed: Callable[[], Printed]
) -> Iterator[Api]:
    """Return the functions over an AWS that has a KMS."""
    with api_over(dynamodb, monkeypatch, numbers=kms_in_memory()) as functions:
        yield functions


def opened(api: Api, **changes: Any) -> Reply:
    body = {"userId": USER, "currency": "USD", "accountNumber": NUMBER}
    return api.call("accounts/create_wallet", body=body, **changes)


def looked_at(api: Api, wallet_id: str) -> Reply:
    return api.call("accounts/get_wallet", path={"walletId": wallet_id})


def listed(api: Api) -> Reply:
    return api.call("accounts/list_user_wallets", path={"userId": USER})


def adjusted(api: Api, wallet_id: str) -> Reply:
    return api.call(
        "accounts/adjust_balance",
        path={"walletId": wallet_id},
        body={"amount": "7", "operation": "credit"},
        key="money",
    )


def test_it_is_whole_for_its_owner_and_masked_within(api: Api) -> None:
    wallet_id = opened(api, key="wallet").body["id"]

    assert looked_at(api, wallet_id).body["accountNumber"] == NUMBER
    assert [wallet["accountNumber"] for wallet in listed(api).body] == [NUMBER]
    assert adjusted(api, wallet_id).body["accountNumber"] == MASKED


def test_a_replay_has_it_in_full_to_the_byte_and_asks_no_key(api: Api) -> None:
    first = opened(api, key="wallet")

    with Wire(kms_client()) as wire:
        again = opened(api, key="wallet")

    assert NUMBER in first.text
    assert (again.status, again.text, again.is_replay) == (201, first.text, True)
    assert wire.operations == []


def test_it_is_readable_in_no_table_and_no_line_of_the_log(
    api: Api, printed: Callable[[], Printed]
) -> None:
    for _ in range(2):
        wallet_id = opened(api, key="wallet").body["id"]
        adjusted(api, wallet_id)
    looked_at(api, wallet_id)
    listed(api)

    stored, said = every_byte(api.bank.client), printed().text
    assert wallet_id.encode() in stored
    assert MASKED.encode() in stored
    for text in (NUMBER, NUMBER.removesuffix("0815")):
        assert text.encode() not in stored
        assert text not in said


def test_one_that_was_copied_from_another_wallet_is_refused_and_counted(
    api: Api, intruder: Intruder, printed: Callable[[], Printed]
) -> None:
    mine, other = (opened(api, key=None).body["id"] for _ in range(2))
    stolen = intruder.get("wallets", other)["encryptedAccountNumber"]
    intruder.change("wallets", mine, encryptedAccountNumber=stolen)

    reply = looked_at(api, mine)

    assert (reply.status, reply.code) == (500, "invariant-violated")
    assert NUMBER not in reply.text
    seen = printed()
    assert seen.metrics["ledger_invariant_violations_total"] == 1
    assert NUMBER not in seen.text
    assert looked_at(api, other).status == 200


def test_money_of_such_a_wallet_still_moves(api: Api, intruder: Intruder) -> None:
    mine = opened(api, key=None).body["id"]
    intruder.change("wallets", mine, encryptedAccountNumber=b"\x00")

    assert adjusted(api, mine).status == 200


@pytest.mark.parametrize("key", [None, "wallet"])
def test_without_kms_no_wallet_is_opened_and_none_is_shown(api: Api, key: str | None) -> None:
    wallet_id = opened(api, key=None).body["id"]

    with Wire(kms_client(), before=lambda _: DOWN()):
        replies = [opened(api, key=key), looked_at(api, wallet_id), listed(api)]

    assert [(it.status, it.code) for it in replies] == [(503, "unavailable")] * 3
    assert all(it.body["retryable"] for it in replies)
    assert len(api.books().wallets) == 1
    assert opened(api, key=key).status == 201


def test_without_kms_money_moves(api: Api) -> None:
    wallet_id = opened(api, key=None).body["id"]

    with Wire(kms_client(), before=lambda _: DOWN()):
        assert adjusted(api, wallet_id).status == 200


def test_for_who_is_not_the_owner_nothing_is_decrypted(api: Api) -> None:
    wallet_id = opened(api).body["id"]
    stranger = Caller(id_of("a stranger"), UserId(id_of("a stranger")))

    with Wire(kms_client()) as wire:
        reply = api.call("accounts/get_wallet", path={"walletId": wallet_id}, caller=stranger)
        api.call("accounts/list_user_wallets", path={"userId": USER}, caller=stranger)

    assert (reply.status, reply.code) == (404, "wallet-not-found")
    assert wire.operations == []


READER = "arn:aws:sts::123456789012:assumed-role/statements"
OTHERS = [
    "arn:aws:sts::123456789012:assumed-role/backend/i-0abc",
    "arn:aws:sts::123456789012:assumed-role/statements2/i-0abc",
    "arn:aws:sts::123456789012:assumed-role/Statements/i-0abc",
    "arn:aws:sts::210987654321:assumed-role/statements/i-0abc",
    "arn:aws:sts::123456789012:assumed-role/backend/statements",
    "arn:aws:iam::123456789012:user/statements",
    "arn:aws:iam::123456789012:root",
]


@pytest.mark.parametrize("arn", [f"{READER}/i-0abc", f"{READER}/a.person@example.com"])
def test_a_role_in_the_list_reads_it_whatever_its_session(api: Api, arn: str) -> None:
    assert numbers_seen_by(api, arn) == [NUMBER, NUMBER]


@pytest.mark.parametrize("arn", OTHERS)
def test_any_other_role_sees_the_mask_and_nothing_is_decrypted(api: Api, arn: str) -> None:
    opened(api)

    with Wire(kms_client()) as wire:
        assert numbers_seen_by(api, arn) == [MASKED, MASKED]

    assert "Decrypt" not in wire.operations


def numbers_seen_by(api: Api, arn: str) -> list[str]:
    wallet_id = opened(api).body["id"]
    one = api.call("accounts/get_wallet", path={"walletId": wallet_id}, signed_by=arn)
    every = api.call("accounts/list_user_wallets", path={"userId": USER}, signed_by=arn)
    return [one.body["accountNumber"], every.body[0]["accountNumber"]]


def test_a_token_that_acts_for_everyone_gets_the_mask_and_its_own_users_gets_the_number(
    api: Api,
) -> None:
    wallet_id = opened(api).body["id"]
    service = Caller("a-service", UserId("a-service"), frozenset({Scope.INTERNAL}))
    owner = Caller(USER, UserId(USER))

    def numbers(caller: Caller) -> list[str]:
        one = api.call("accounts/get_wallet", path={"walletId": wallet_id}, caller=caller)
        every = api.call("accounts/list_user_wallets", path={"userId": USER}, caller=caller)
        return [one.body["accountNumber"], every.body[0]["accountNumber"]]

    with Wire(kms_client()) as wire:
        assert numbers(service) == [MASKED, MASKED]
        assert wire.operations == []
    assert numbers(owner) == [NUMBER, NUMBER]
