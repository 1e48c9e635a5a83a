"""Payroll over HTTP: a thousand people paid once, or nobody, or all but those who cannot be."""

import pytest

from localstack.memory.auditor import read_books
from tests.end_to_end.conftest import PREFIX
from tests.support.client import Client, Holder, new_id
from tests.support.local_stack import Stack
from tests.support.payday import Payday, nobody, pay
from tests.support.rivals import at_once

PEOPLE = 1_000


@pytest.fixture
def payday(client: Client, stack: Stack) -> Payday:
    return Payday(client, stack, PREFIX)


@pytest.fixture(scope="module")
def staff(stack: Stack) -> list[Holder]:
    """Return the employees of all stories; each story pays them another time."""
    return Payday(Client(stack.api_url), stack, PREFIX).employees(PEOPLE)


def credits_of(stack: Stack, staff: list[Holder], job: list[dict[str, object]]) -> list[int]:
    """Return how often each employee was paid by a job."""
    books = read_books(stack.client("dynamodb"), PREFIX)
    paid = {item["transactionId"] for item in job}
    return [
        sum(
            entry["transactionId"] in paid and entry["entryType"] == "CREDIT"
            for entry in books.chains.get(person.wallet_id, ())
        )
        for person in staff
    ]


def test_a_thousand_people_are_paid_once_from_exact_funds(
    client: Client, payday: Payday, staff: list[Holder], stack: Stack
) -> None:
    source = client.open_wallet(holding=str(PEOPLE))

    job_id = payday.queue(source, [pay(person) for person in staff])
    job = payday.finished(job_id)

    items = payday.items(job_id)
    assert (job["status"], job["progress"]) == ("COMPLETED", "1000/1000")
    assert (job["checkpoint"], job["failedItems"]) == (PEOPLE, 0)
    assert job["totalAmount"] == job["paidAmount"] == "1000.00000000"
    assert client.balance(source) == "0.00000000"
    assert [item["itemIndex"] for item in items] == list(range(1, PEOPLE + 1))
    assert {item["status"] for item in items} == {"PAID"}
    assert credits_of(stack, staff, items) == [1] * PEOPLE
    assert client.chain(staff[0])["valid"] is True
    assert client.chain(source)["valid"] is True
    assert client.verify(str(items[0]["transactionId"])) == {"balanced": True}


def test_an_underfunded_job_fails_and_nobody_is_paid(
    client: Client, payday: Payday, staff: list[Holder], stack: Stack
) -> None:
    source = client.open_wallet(holding="999.99999999")

    job_id = payday.queue(source, [pay(person) for person in staff])
    job = payday.finished(job_id)

    assert (job["status"], job["failureReason"]) == ("FAILED", "insufficient-funds")
    assert job["processedItems"] == 0
    assert client.balance(source) == "999.99999999"
    assert len(client.entries(source)) == 1
    assert {item["status"] for item in payday.items(job_id)} == {"FAILED"}


def test_three_unknown_wallets_among_a_thousand_cost_the_others_nothing(
    client: Client, payday: Payday, staff: list[Holder], stack: Stack
) -> None:
    source, people = client.open_wallet(holding=str(PEOPLE)), [*staff]
    strangers = (0, 500, 999)
    for index in strangers:
        people[index] = nobody()

    job_id = payday.queue(source, [pay(person) for person in people])
    job = payday.finished(job_id)

    items = payday.items(job_id)
    failed = [item for item in items if item["status"] == "FAILED"]
    assert (job["status"], job["paidItems"], job["failedItems"]) == ("PARTIAL", 997, 3)
    assert client.balance(source) == "3.00000000"
    assert [item["itemIndex"] for item in failed] == [index + 1 for index in strangers]
    assert {item["failureReason"] for item in failed} == {"wallet-not-found"}
    assert credits_of(stack, people, items) == [int(i not in strangers) for i in range(PEOPLE)]


def test_the_same_key_sent_again_and_at_once_is_one_job(
    client: Client, payday: Payday, staff: list[Holder]
) -> None:
    source, key = client.open_wallet(holding="100"), new_id()
    items = [pay(person) for person in staff[:50]]

    replies = at_once([lambda: payday.create(source, items, key=key)] * 4)
    again = payday.create(source, items, key=key)
    job = payday.finished(again.body["jobId"])

    assert again.is_replay
    assert {reply.status for reply in replies} <= {201, 202}
    assert {reply.body["jobId"] for reply in replies if reply.status == 201} == {job["jobId"]}
    assert client.balance(source) == "50.00000000"
    listed = client.send(f"GET /payroll/employers/{source.user_id}/jobs").body
    assert [found["jobId"] for found in listed] == [job["jobId"]]


def test_money_moves_on_the_same_wallets_while_they_are_paid(
    client: Client, payday: Payday, staff: list[Holder]
) -> None:
    source, outsider = client.open_wallet(holding="3010"), client.open_wallet(holding="10")
    # Each is paid three times by the job, so that it lasts while the others' money moves.
    job_id = payday.queue(source, [pay(person) for person in staff * 3])
    before = payday.until(job_id, lambda job: job["processedItems"] > 0)
    assert before["status"] == "PROCESSING", "it was over before it was seen: pay more people"

    statuses = []
    for number in range(10):
        person = staff[number * 100]
        statuses += [
            client.adjust(person, "credit", "1").status,
            client.transfer(person, outsider, "1").status,
            client.transfer(outsider, source, "1").status,
            client.transfer(source, person, "1").status,
        ]
    job = payday.finished(job_id)

    assert set(statuses) <= {200, 201}
    assert job["status"] == "COMPLETED"
    assert client.balance(source) == "10.00000000"
    assert client.balance(outsider) == "10.00000000"
    for holder in (source, outsider, staff[0]):
        assert client.chain(holder)["valid"] is True


def test_a_job_is_not_found_under_an_id_that_nobody_gave(client: Client) -> None:
    assert client.send(f"GET /payroll/jobs/{new_id()}").status == 404
    assert client.send(f"GET /payroll/jobs/{new_id()}/items").status == 404
    assert client.send(f"GET /payroll/employers/{new_id()}/jobs").body == []
