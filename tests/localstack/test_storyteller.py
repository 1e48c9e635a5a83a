"""How the demo shows what it asks and what comes back."""

import io
import json

import pytest
import responses
from rich.console import Console

from localstack.common.failure import LocalFailure
from localstack.demo.storyteller import Answer, Storyteller, abbreviated, lines_of

API = "http://127.0.0.1:4566/api"
WALLET_ID = "0b9a9bb8-6d1f-4a3c-9c63-0d6e5b7d1a11"


@pytest.fixture
def paper() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def story(paper: io.StringIO) -> Storyteller:
    return Storyteller(Console(file=paper, width=100), API)


@responses.activate
def test_a_step_prints_the_request_and_the_answer(story: Storyteller, paper: io.StringIO) -> None:
    responses.patch(f"{API}/wallets/{WALLET_ID}", json={"id": WALLET_ID, "balance": "1.00"})

    answer = story.ask("Ada pays in.", f"PATCH /wallets/{WALLET_ID}", {"amount": "1"}, key="k-1")

    assert answer.body["balance"] == "1.00"
    assert [line.strip() for line in paper.getvalue().splitlines()] == [
        "",
        "Ada pays in.",
        f"PATCH /wallets/{WALLET_ID}",
        "Idempotency-Key: k-1",
        '{"amount": "1"}',
        "200",
        '{"id": "0b9a9bb8…", "balance": "1.00"}',
    ]


@responses.activate
def test_another_status_than_the_promised_one_stops_the_story(story: Storyteller) -> None:
    responses.get(f"{API}/health", json={"code": "internal"}, status=500)

    with pytest.raises(LocalFailure) as failure:
        story.ask("All is well.", "GET /health")

    assert failure.value.what == "The demo failed: the answer should be 200."
    assert failure.value.remedy == "The answer was 500:"
    assert '"internal"' in failure.value.evidence


@responses.activate
def test_a_stack_that_does_not_run_is_named(story: Storyteller) -> None:
    with pytest.raises(LocalFailure, match="not reachable at"):
        story.ask("Ada knocks.", "GET /health")


def test_a_broken_promise_stops_the_story_with_all_that_came_back(story: Storyteller) -> None:
    answer = Answer(200, {}, {"balance": "2.00", "id": WALLET_ID})

    story.expect(True, "Ada should have 2", answer)
    with pytest.raises(LocalFailure) as failure:
        story.expect(False, "Ada should have 1", answer)

    assert WALLET_ID in failure.value.evidence


def test_ids_and_hashes_are_cut_and_nothing_else() -> None:
    text = f"{WALLET_ID} {'ab' * 32} 1000.00000000 2026-11-22T15:40:29.150730Z"

    assert abbreviated(text) == "0b9a9bb8… abababab… 1000.00000000 2026-11-22T15:40:29.150730Z"


def test_each_object_of_a_list_has_its_line_with_the_fields_asked_for() -> None:
    page = {"total": 2, "entries": [{"sequence": 2, "hash": "x"}, {"sequence": 1, "hash": "y"}]}

    assert lines_of(page, ("sequence",)) == [
        '{"total": 2}',
        '  {"sequence": 2}',
        '  {"sequence": 1}',
    ]
    assert lines_of([{"a": 1}, {"a": 2}]) == ['{"a": 1}', '{"a": 2}']
    assert lines_of("plain text") == ['"plain text"']


@responses.activate
def test_a_list_of_hundreds_is_told_by_its_length(story: Storyteller, paper: io.StringIO) -> None:
    responses.post(f"{API}/payroll", json={})

    story.ask("Payday.", "POST /payroll", {"items": [{"amount": "1"}] * 240})

    assert '{"items": "(240 of them)"}' in paper.getvalue()
    sent = json.loads(responses.calls[0].request.body or "")
    assert len(sent["items"]) == 240


@responses.activate
def test_what_is_asked_quietly_is_not_printed_but_held_to_its_promise(
    story: Storyteller, paper: io.StringIO
) -> None:
    responses.get(f"{API}/job", json={"status": "QUEUED"})

    assert story.ask_quietly("GET /job").body == {"status": "QUEUED"}
    with pytest.raises(LocalFailure):
        story.ask_quietly("GET /job", status=201)

    assert paper.getvalue() == ""
