"""Every story is played over HTTP against NovaPay on an embedded AWS.

The auditor comes after every story, so none can forget that the books must be right.
"""

from collections.abc import Iterator

import pytest

from localstack.memory.auditor import assert_trial_balance_is_zero, read_books
from localstack.memory.intruder import Intruder
from tests.support.client import Client
from tests.support.local_stack import (
    Stack,
    asking_stack,
    emulator,
    pytest_itemcollected,
    signed_stack,
    stack,
)

__all__ = ["asking_stack", "emulator", "pytest_itemcollected", "signed_stack", "stack"]

PREFIX = "novapay-local"


@pytest.fixture
def client(stack: Stack) -> Client:
    """Return what speaks to the API."""
    return Client(stack.api_url)


@pytest.fixture
def intruder(stack: Stack) -> Iterator[Intruder]:
    """Return what writes to the tables; what it did is undone before the auditor comes."""
    intruder = Intruder(stack.client("dynamodb"), PREFIX)
    yield intruder
    intruder.restore()


@pytest.fixture(autouse=True)
def _the_trial_balance_is_zero(stack: Stack) -> Iterator[None]:
    """Sum all wallets of each currency, the system's own included, after every story."""
    yield
    assert_trial_balance_is_zero(stack.client("dynamodb"), PREFIX)


@pytest.fixture(autouse=True, scope="session")
def _the_books_are_sound(stack: Stack) -> Iterator[None]:
    """Recompute every chain and every balance after the last story."""
    yield
    read_books(stack.client("dynamodb"), PREFIX).assert_sound()
