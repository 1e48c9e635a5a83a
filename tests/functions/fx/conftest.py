"""The rate provider as local stacks have it: a fixed table that can be switched off."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from localstack.memory.api import Api, Reply
from localstack.memory.bank import Account
from localstack.memory.fx import FX_ENVIRONMENT
from novapay.wiring import fx


@dataclass(frozen=True, slots=True)
class Desk:
    """Asks the functions for quotes."""

    api: Api

    def quote(
        self,
        account: Account,
        to_currency: object = "EUR",
        amount: object = "2000",
        *,
        key: str | None = None,
    ) -> Reply:
        body = {
            "fromCurrency": account.currency,
            "toCurrency": to_currency,
            "fromAmount": amount,
            "userId": account.user_id,
        }
        return self.api.call("fx/create_quote", body=body, key=key)

    def look_at(self, quote_id: str) -> Reply:
        return self.api.call("fx/get_quote", path={"quoteId": quote_id})

    def consume(self, quote_id: str, transaction_id: object) -> Reply:
        return self.api.call(
            "fx/consume_quote", path={"quoteId": quote_id}, body={"transactionId": transaction_id}
        )


@pytest.fixture
def desk(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Return the FX desk over an AWS of this test's own."""
    for name, value in FX_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    fx.rate_provider.cache_clear()
    yield Desk(api)
    fx.rate_provider.cache_clear()
