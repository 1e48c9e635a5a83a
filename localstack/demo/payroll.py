"""Demo: a payroll of 240 payments, until everybody is paid."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from localstack.demo.storyteller import Storyteller

PEOPLE = 24
PAYMENTS_EACH = 10
POLL_S = 0.25
LOOKS_MAX = 240
OPEN = ("QUEUED", "PROCESSING")


def play(story: Storyteller) -> None:
    """Play this part of the demo.

    Raises:
        LocalFailure: an answer was not as expected.
    """
    story.heading("Payday")
    total = PEOPLE * PAYMENTS_EACH
    employer = str(uuid4())
    source = _open_wallet(story, employer)
    with ThreadPoolExecutor(2) as pool:
        staff = list(pool.map(lambda _: _hire(story), range(PEOPLE)))
    funded = story.ask(
        f"An employer has {total} dollars for {PEOPLE} people, exactly what is needed.",
        f"PATCH /accounts/wallets/{source}/balance",
        {"amount": str(total), "operation": "credit"},
    )
    story.expect(funded.body["balance"] == f"{total}.00000000", "the employer is funded", funded)
    job_id = _queue(story, employer, source, staff)
    _wait(story, job_id)
    _look(story, job_id, source, employee=staff[0][1], total=total)


def _open_wallet(story: Storyteller, user_id: str) -> str:
    body = {"userId": user_id, "currency": "USD", "accountNumber": "PAYROLL"}
    return str(story.ask_quietly("POST /accounts/wallets", body, status=201).body["id"])


def _hire(story: Storyteller) -> tuple[str, str]:
    user_id = str(uuid4())
    return user_id, _open_wallet(story, user_id)


def _queue(story: Storyteller, employer: str, source: str, staff: list[tuple[str, str]]) -> str:
    items = [
        {"employeeUserId": user_id, "recipientWalletId": wallet_id, "amount": "1.00"}
        for _ in range(PAYMENTS_EACH)
        for user_id, wallet_id in staff
    ]
    order = {
        "employerId": employer,
        "sourceWalletId": source,
        "sourceUserId": employer,
        "jobName": "April 2026 Payroll",
    }
    queued = story.ask(
        f"One call asks for {len(items)} payments.",
        "POST /payroll/jobs",
        {**order, "items": items},
        key=f"payroll-{uuid4()}",
        status=201,
    )
    return str(queued.body["jobId"])


def _wait(story: Storyteller, job_id: str) -> None:
    """Wait until the job is finished; if it is not in time, the next check fails."""
    for _ in range(LOOKS_MAX):
        if story.ask_quietly(f"GET /payroll/jobs/{job_id}").body["status"] not in OPEN:
            return
        time.sleep(POLL_S)


def _look(story: Storyteller, job_id: str, source: str, *, employee: str, total: int) -> None:
    job = story.ask("Shortly after, everybody is paid.", f"GET /payroll/jobs/{job_id}")
    story.expect(job.body["status"] == "COMPLETED", "the job should be completed", job)
    story.expect(job.body["progress"] == f"{total}/{total}", "all should be paid", job)
    left = story.ask("The employer has nothing left.", f"GET /accounts/wallets/{source}/balance")
    story.expect(left.body["balance"] == "0.00000000", "nothing should be left", left)
    held = story.ask(
        "An employee has received all payments.", f"GET /accounts/wallets/{employee}/balance"
    )
    story.expect(held.body["balance"] == f"{PAYMENTS_EACH}.00000000", "all ten arrived", held)
    chain = story.ask(
        "The employee's chain of entries is valid.", f"GET /ledger/wallets/{employee}/chain"
    )
    story.expect(chain.body["valid"] is True, "the chain should be valid", chain)
