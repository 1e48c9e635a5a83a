"""Creates thousands of wallets in seconds: many wallets in each call, without the API.

Opening 14,000 wallets over HTTP takes minutes and tests nothing new. The items are those that
`POST /accounts/wallets` writes, made by the core's own code; only the account number is left out,
because each would need a call to KMS.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from localstack.common.api import Person
from novapay import clock
from novapay.domain.money import Currency
from novapay.domain.wallet import UserId, Wallet, WalletId
from novapay.store.client import Database
from novapay.store.tables import wallets


def hire(
    database: Database, count: int, *, now: Callable[[], datetime] = clock.now
) -> list[Person]:
    """Store `count` new, empty wallets in dollars, each for a new user, and return the users."""
    people = [Person(str(uuid4()), str(uuid4())) for _ in range(count)]
    opened_at = now()
    opened = (
        Wallet.open(
            wallet_id=WalletId(person.wallet_id),
            user_id=UserId(person.user_id),
            currency=Currency("USD"),
            account_number=None,
            now=opened_at,
        )
        for person in people
    )
    database.put_all(wallets.TABLE, [wallets.create(wallet).request["Item"] for wallet in opened])
    return people
