"""A story that four functions play on Lambda's Python: two wallets, a deposit, and a transfer."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

from localstack.common.failure import LocalFailure
from localstack.lambda_check.runtime_api import Function
from localstack.memory.api import event_of

Start = Callable[[str], AbstractContextManager[Function]]
"""Starts the function of a module, such as `ledger/get_transaction`."""


def play(start: Start) -> str:
    """Play the story and return its end, in a sentence.

    Raises:
        LocalFailure: a function did not answer as it should.
    """
    users = [str(uuid4()), str(uuid4())]
    with start("accounts/create_wallet") as function:
        sender, recipient = (
            _ask(function, "accounts/create_wallet", 201, body=_wallet(user))["id"]
            for user in users
        )
    with start("accounts/adjust_balance") as function:
        body = {"amount": "100", "operation": "credit"}
        _ask(function, "accounts/adjust_balance", 200, body=body, path={"walletId": sender})
    with start("transactions/create_transfer") as function:
        body = {
            "senderWalletId": sender,
            "recipientWalletId": recipient,
            "senderUserId": users[0],
            "recipientUserId": users[1],
            "amount": "30",
            "currency": "USD",
        }
        _ask(function, "transactions/create_transfer", 201, body=body)
    with start("accounts/get_wallet") as function:
        left = _ask(function, "accounts/get_wallet", 200, path={"walletId": sender})
    if (left["balance"], left["accountNumber"]) != ("70.00000000", "ACC-001-ADA"):
        raise LocalFailure("The sender's wallet is not as it should be.", evidence=json.dumps(left))
    return f"{left['balance']} of 100 are left, and the account number is decrypted"


def _wallet(user_id: str) -> dict[str, str]:
    return {"userId": user_id, "currency": "USD", "accountNumber": "ACC-001-ADA"}


def _ask(function: Function, module: str, status: int, **asked: Any) -> Any:
    reads = "body" not in asked
    event = event_of(module, key=None if reads else str(uuid4()), **asked)
    answer = function.invoke(event)
    if answer["statusCode"] != status:
        raise LocalFailure(
            f"{module} answered {answer['statusCode']}, not {status}.", evidence=answer["body"]
        )
    return json.loads(answer["body"])
