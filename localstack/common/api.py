"""A client of the API: one connection, one request after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import requests
from requests.auth import AuthBase

from localstack.common.failure import LocalFailure

TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Person:
    """A user with a wallet in dollars."""

    wallet_id: str
    user_id: str


class Api:
    """Sends the requests of this package; raises LocalFailure on any error response."""

    def __init__(self, api_url: str, *, auth: AuthBase | None = None) -> None:
        self._api_url = api_url
        self._session = requests.Session()
        self._session.auth = auth

    def open_wallet(self, *, holding: str | None = None) -> Person:
        """Open a wallet for a new user, and deposit an amount if `holding` is given."""
        user_id = str(uuid4())
        body = {"userId": user_id, "currency": "USD", "accountNumber": "ACC-001"}
        person = Person(self.ask("POST", "/accounts/wallets", body)["id"], user_id)
        if holding is not None:
            path = f"/accounts/wallets/{person.wallet_id}/balance"
            self.ask("PATCH", path, {"amount": holding, "operation": "credit"})
        return person

    def transfer(self, sender: Person, recipient: Person, amount: str) -> None:
        """Move money between two users."""
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
        """Create a payroll job and return its id."""
        body = {
            "employerId": source.user_id,
            "sourceWalletId": source.wallet_id,
            "sourceUserId": source.user_id,
            "jobName": "April payroll",
            "items": items,
        }
        return str(self.ask("POST", "/payroll/jobs", body)["jobId"])

    def job(self, job_id: str) -> dict[str, Any]:
        """Return a payroll job as it is now."""
        job: dict[str, Any] = self.ask("GET", f"/payroll/jobs/{job_id}")
        return job

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send one request, with a new idempotency key if it has a body; return the JSON answer.

        Raises:
            LocalFailure: the API is not reachable, or it returned an error.
        """
        headers = {} if body is None else {"Idempotency-Key": str(uuid4())}
        try:
            response = self._session.request(
                method, self._api_url + path, json=body, headers=headers, timeout=TIMEOUT_S
            )
        except requests.ConnectionError as error:
            raise LocalFailure(
                f"The API is not reachable at {self._api_url}.",
                remedy="Start it with: make run",
            ) from error
        if not response.ok:
            raise LocalFailure(
                f"{method} {path} returned {response.status_code}.",
                remedy="The response was:",
                evidence=response.text,
            )
        return response.json()


def pay_item(person: Person, amount: str) -> dict[str, str]:
    """Return one payment of a payroll."""
    return {
        "employeeUserId": person.user_id,
        "recipientWalletId": person.wallet_id,
        "amount": amount,
    }
