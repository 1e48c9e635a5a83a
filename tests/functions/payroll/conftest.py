"""Payroll's functions for each test."""

from collections.abc import Iterator

import pytest

from localstack.memory.api import Api
from localstack.memory.payroll_functions import PayrollFunctions, payroll_functions


@pytest.fixture
def payroll(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[PayrollFunctions]:
    """Return payroll's functions over an AWS of this test's own."""
    with payroll_functions(api, monkeypatch) as functions:
        yield functions
