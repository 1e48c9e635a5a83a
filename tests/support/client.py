"""NovaPay as its clients have it: HTTP, and nothing of what lies behind it."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import urllib3

TIMEOUT_S = 60
CLIENTS_MAX = 32
PROBLEM_FIELDS = {"type", "title", "status", "detail", "code", "requestId", "retryable"}

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Holder:
    """A wallet and its owner, as the owner knows them."""

    wallet_id: str
    user_id: str
    currency: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> str:
        """The problem's code, or `ok`."""
        return str(self.body["code"]) if self.status >= 400 else "ok"

    @property
    def is_replay(self) -> bool:
        return self.headers.get("idempotent-replayed") == "true"


class Client:
    """Speaks to one deployment; every reply is held against what holds for all of them."""

    def __init__(self, api_url: str, *, token: str | None = None) -> None:
        self._api_url = api_url
        self._credentials = [("authorization", f"Bearer {token}")] if token else []
        self._http = urllib3.PoolManager(maxsize=CLIENTS_MAX, retries=False)

    def send(
        self,
        request: str,
        body: object = None,
        *,
        key: str | None = None,
        raw: bytes | None = None,
        headers: Headers = (("content-type", "application/json"),),
        timeout_s: float = TIMEOUT_S,
    ) -> Reply:
        """Send one request and return its reply, whatever it is.

        Args:
            request: method and path, as in "GET /health".
            body: what to send as JSON; None for nothing.
            key: the Idempotency-Key, if any.
            raw: bytes to send in place of `body`.
            headers: the header lines, one of each name or several.
            timeout_s: how long to wait for the reply.
        """
        method, path = request.split(" ", 1)
        lines = urllib3.HTTPHeaderDict()
        keys = [("idempotency-key", key)] if key else []
        for name, value in [*headers, *self._credentials, *keys]:
            lines.add(name, value)
        sent = raw if body is None else json.dumps(body).encode()
        response = self._http.request(
            method, self._api_url + path, body=sent, headers=lines, timeout=timeout_s
        )
        reply = Reply(response.status, response.headers, json.loads(response.data))
        _check(reply)
        return reply

    def open_wallet(
        self, currency: str = "USD", *, holding: str | None = None, user_id: str | None = None
    ) -> Holder:
        """Open a wallet for a user, a new one if none is named, and pay an amount into it."""
        user_id = user_id or new_id()
        opened = self.send(
            "POST /accounts/wallets",
            {"userId": user_id, "currency": currency, "accountNumber": "ACC-001"},
        )
        assert opened.status == 201
        holder = Holder(opened.body["id"], user_id, currency)
        if holding is not None:
            assert self.adjust(holder, "credit", holding).status == 200
        return holder

    def adjust(
        self, holder: Holder, operation: str, amount: str, *, key: str | None = None
    ) -> Reply:
        return self.send(
            f"PATCH /accounts/wallets/{holder.wallet_id}/balance",
            {"amount": amount, "operation": operation},
            key=key,
        )

    def transfer(
        self,
        sender: Holder,
        recipient: Holder,
        amount: str,
        *,
        key: str | None = None,
        **fields: object,
    ) -> Reply:
        """Send a transfer under a key, a fresh one if none is given."""
        order = transfer_of(sender, recipient, amount, **fields)
        return self.send("POST /transactions/transfers", order, key=key or new_id())

    def quote(self, sender: Holder, to_currency: str, amount: str) -> Reply:
        return self.send(
            "POST /fx/quote",
            {
                "fromCurrency": sender.currency,
                "toCurrency": to_currency,
                "fromAmount": amount,
                "userId": sender.user_id,
            },
        )

    def balance(self, holder: Holder) -> str:
        reply = self.send(f"GET /accounts/wallets/{holder.wallet_id}/balance")
        assert reply.status == 200
        return str(reply.body["balance"])

    def entries(self, holder: Holder) -> list[dict[str, Any]]:
        """Return the newest hundred entries of a wallet, newest first."""
        reply = self.send(f"GET /ledger/wallets/{holder.wallet_id}/entries?limit=100")
        assert reply.status == 200
        entries: list[dict[str, Any]] = reply.body["entries"]
        return entries

    def chain(self, holder: Holder) -> dict[str, Any]:
        reply = self.send(f"GET /ledger/wallets/{holder.wallet_id}/chain")
        assert reply.status == 200
        report: dict[str, Any] = reply.body
        return report

    def verify(self, transaction_id: str) -> dict[str, Any]:
        reply = self.send(f"GET /ledger/transactions/{transaction_id}/verify")
        assert reply.status == 200
        check: dict[str, Any] = reply.body
        return check


def transfer_of(
    sender: Holder, recipient: Holder, amount: object, **fields: object
) -> dict[str, object]:
    """Return the body of a transfer, with some of its fields changed or added."""
    return {
        "senderWalletId": sender.wallet_id,
        "recipientWalletId": recipient.wallet_id,
        "senderUserId": sender.user_id,
        "recipientUserId": recipient.user_id,
        "amount": amount,
        "currency": sender.currency,
        **fields,
    }


def new_id() -> str:
    return str(uuid.uuid4())


def _check(reply: Reply) -> None:
    assert reply.headers["x-request-id"]
    if reply.status < 400:
        assert reply.headers["content-type"] == "application/json"
        return
    assert reply.headers["content-type"] == "application/problem+json"
    assert set(reply.body) >= PROBLEM_FIELDS
    assert reply.body["status"] == reply.status
    assert reply.body["requestId"]
    assert reply.body["type"] == f"urn:novapay:problem:{reply.code}"
    if reply.status == 400 and reply.code != "bad-request":
        assert reply.body["errors"], "a 400 points at its faults"
