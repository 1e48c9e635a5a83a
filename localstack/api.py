"""The API as one client has it: one connection, one request after the other."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import requests
from requests.auth import AuthBase

from localstack.failure import LocalFailure

TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a wallet in dollars."""

    wallet_id: str
    user_id: str


class Api:
    """Asks for what the other parts of this package need, and takes no for no answer."""

    def __init__(self, api_url: str, *, auth: AuthBase | None = None) -> None:
        self._api_url = api_url
        self._session = requests.Session()
        self._session.auth = auth

    def open_wallet(self, *, holding: str | None = None) -> Person:
        """Open a wallet for somebody new and put an amount into it."""
        user_id = str(uuid4())
        body = {"userId": user_id, "currency": "USD", "accountNumber": "ACC-001"}
        person = Person(self.ask("POST", "/accounts/wallets", body)["id"], user_id)
        if holding is not None:
            path = f"/accounts/wallets/{person.wallet_id}/balance"
            self.ask("PATCH", path, {"amount": holding, "operation": "credit"})
        return person

    def transfer(self, sender: Person, recipient: Person, amount: str) -> None:
        """Move money between two people."""
        body = {
            "senderWalletId": sender.wallet_id,
            "recipientWalletId": recipient.wallet_id,
            "senderUserId": sender.user_id,
            "recipientUserId": recipient.user_id,
            "amount": amount,
            "currency": "USD",
        }
        self.ask("POST", "/transactions/transfers", body)

    def create_job(self, source: Person, items: Sequence[Mapping[str, str]]) -> str:
        """Queue a payroll and return the job's id."""
        body = {
            "employerId": source.user_id,
            "sourceWalletId": source.wallet_id,
            "sourceUserId": source.user_id,
            "jobName": "April payroll",
            "items": items,
        }
        return str(self.ask("POST", "/payroll/jobs", body)["jobId"])

    def job(self, job_id: str) -> dict[str, Any]:
        """Return a payroll job as it stands."""
        job: dict[str, Any] = self.ask("GET", f"/payroll/jobs/{job_id}")
        return job

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send one request, under a new key if it writes, and return what was answered.

        Raises:
            LocalFailure: nobody answered, or the answer was no.
        """
        headers = {} if body is None else {"Idempotency-Key": str(uuid4())}
        try:
            response = self._session.request(
                method, self._api_url + path, json=body, headers=headers, timeout=TIMEOUT_S
            )
        except requests.ConnectionError as error:
            raise LocalFailure(
                "Nobody answers at the API's address.",
                mend="make run brings it up.",
                evidence=self._api_url,
            ) from error
        if not response.ok:
            raise LocalFailure(
                f"{method} {path} was answered with {response.status_code}.",
                mend="The answer was:",
                evidence=json.dumps(response.json(), indent=2),
            )
        return response.json()


def pay_item(person: Person, amount: str) -> dict[str, str]:
    """Return one payment of a payroll."""
    return {
        "employeeUserId": person.user_id,
        "recipientWalletId": person.wallet_id,
        "amount": amount,
    }
