"""Many writers on one wallet: how much throughput is lost to their conflicts."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import uuid4

import requests
from requests.auth import AuthBase

from localstack.bench.result import Result
from localstack.common.api import Api, Person
from localstack.common.credentials import auth_of
from localstack.common.outputs import Outputs

WRITERS = 20
SECONDS = 10.0
SHARE_MIN = 0.6
HOLDING = 1_000_000
TIMEOUT_S = 60
NO_ANSWER = 0


@dataclass(frozen=True, slots=True)
class Race:
    """Where the writers send their transfers, with whose credentials, and the wallet they share."""

    api_url: str
    auth: AuthBase | None
    source: Person


def measure(outputs: Outputs, api: Api) -> list[Result]:
    """Let one writer work for a while, then twenty, all spending from one wallet."""
    source = api.open_wallet(holding=str(HOLDING))
    targets = [api.open_wallet() for _ in range(WRITERS)]
    race = Race(outputs.apiUrl, auth_of(outputs), source)
    _run(race, targets, 1.0)  # every worker is warm after this
    spent_before = HOLDING - _balance(api, source)
    alone = _run(race, targets[:1], SECONDS)
    crowd = _run(race, targets, SECONDS)
    done = alone[201] + crowd[201]
    spent = HOLDING - _balance(api, source) - spent_before
    chain = api.ask("GET", f"/ledger/wallets/{source.wallet_id}/chain")
    share = crowd[201] / alone[201]
    others = {status: count for status, count in crowd.items() if status not in (201, 422)}
    return [
        Result(
            f"{WRITERS} writers on one wallet for {SECONDS:.0f} s ÷ one writer",
            f"≥ {SHARE_MIN:.0%}",
            f"{share:.0%} ({crowd[201] / SECONDS:.0f} ÷ {alone[201] / SECONDS:.0f} a second)",
            share >= SHARE_MIN,
        ),
        Result(
            "… each ends in success or a correct refusal",
            "no other status",
            f"{dict(crowd)}",
            not others,
        ),
        Result(
            "… no lost update",
            "spent = confirmed, chain valid",
            f"{spent} = {done}, chain {'valid' if chain['valid'] else 'BROKEN'}",
            spent == done and chain["valid"],
        ),
    ]


def _run(race: Race, targets: list[Person], seconds: float) -> Counter[int]:
    deadline = time.monotonic() + seconds
    with ThreadPoolExecutor(len(targets)) as pool:
        counted = pool.map(lambda target: _write(race, target, deadline), targets)
        return sum(counted, Counter())


def _write(race: Race, target: Person, deadline: float) -> Counter[int]:
    """Send one transfer after the other until the deadline and count the statuses."""
    statuses: Counter[int] = Counter()
    body = {
        "senderWalletId": race.source.wallet_id,
        "recipientWalletId": target.wallet_id,
        "senderUserId": race.source.user_id,
        "recipientUserId": target.user_id,
        "amount": "1",
        "currency": "USD",
    }
    with requests.Session() as session:
        session.auth = race.auth
        while time.monotonic() < deadline:
            statuses[_post(session, race.api_url, body)] += 1
    return statuses


def _post(session: requests.Session, api_url: str, body: dict[str, str]) -> int:
    """Send one transfer under a new key and return its status; NO_ANSWER if none came."""
    try:
        return session.post(
            f"{api_url}/transactions/transfers",
            json=body,
            headers={"Idempotency-Key": str(uuid4())},
            timeout=TIMEOUT_S,
        ).status_code
    except requests.Timeout:
        return NO_ANSWER


def _balance(api: Api, person: Person) -> int:
    balance: str = api.ask("GET", f"/accounts/wallets/{person.wallet_id}/balance")["balance"]
    return int(balance.partition(".")[0])
