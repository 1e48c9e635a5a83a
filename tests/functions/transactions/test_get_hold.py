"""GET /transactions/holds/{holdId}"""

from datetime import timedelta

import pytest

from localstack.memory.api import Api, payee_body
from localstack.memory.bank import Account
from localstack.memory.intruder import Intruder
from novapay.domain.caller import Caller
from novapay.domain.instants import format_instant
from tests.support.domain import id_of


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (timedelta(seconds=59, milliseconds=999), "HELD"),
        (timedelta(seconds=60), "EXPIRED"),
        (timedelta(seconds=60, milliseconds=1), "EXPIRED"),
    ],
)
def test_a_hold_is_expired_from_its_end_on(
    api: Api, alice: Account, after: timedelta, status: str
) -> None:
    end = format_instant(api.bank.clock.now() + timedelta(seconds=60))
    hold_id = api.hold(alice, body={"expiresAt": end}).body["holdId"]
    api.bank.clock.advance(after)

    reply = api.get_hold(hold_id)

    assert reply.status == 200
    assert (reply.body["status"], reply.body["remainingAmount"]) == (status, "40.00000000")


def test_a_hold_is_as_it_was_answered(api: Api, alice: Account) -> None:
    made = api.hold(alice)

    assert api.get_hold(made.body["holdId"]).body == made.body


def test_what_is_no_hold_is_not_found(api: Api, alice: Account, bob: Account) -> None:
    transfer_id = api.transfer(alice, bob).body["transactionId"]
    refused_id = api.hold(alice, "1000", key="too much").body["transactionId"]

    for hold_id in (id_of("nothing"), transfer_id, refused_id):
        assert api.get_hold(hold_id).code == "hold-not-found"


def test_a_hold_is_seen_by_its_owner_and_its_recipient(
    api: Api, alice: Account, bob: Account
) -> None:
    hold_id = api.hold(alice, body=payee_body(bob)).body["holdId"]
    stranger = Caller(api.bank.new_account().user_id)

    for account in (alice, bob):
        assert api.get_hold(hold_id, caller=Caller(account.user_id, account.user_id)).status == 200
    assert api.get_hold(hold_id, caller=stranger).code == "hold-not-found"


@pytest.mark.parametrize(
    "forged",
    [
        {"captured": "-1.00000000"},
        {"captured": "41.00000000"},
        {"captured": "40.00000000"},
        {"holdStatus": "RELEASED"},
        {"holdStatus": "FORGOTTEN"},
        {"status": "FAILED"},
    ],
)
def test_a_state_that_cannot_be_is_a_violation(
    api: Api, alice: Account, intruder: Intruder, forged: dict[str, object]
) -> None:
    hold_id = api.hold(alice).body["holdId"]
    intruder.change("transfers", hold_id, **forged)

    assert api.get_hold(hold_id).code == "invariant-violated"
