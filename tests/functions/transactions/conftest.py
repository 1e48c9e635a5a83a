"""Who the tests of transactions are about."""

import pytest

from localstack.memory.api import Api
from localstack.memory.bank import Account


@pytest.fixture
def alice(api: Api) -> Account:
    return api.bank.account(holding="100")


@pytest.fixture
def bob(api: Api) -> Account:
    return api.bank.account()
