"""The client of KMS in memory, for whatever encrypts or seals in tests."""

from functools import cache
from typing import TYPE_CHECKING

import pytest

from novapay.aws import KMS, connect

if TYPE_CHECKING:
    from botocore.client import BaseClient


@cache
def kms_client() -> "BaseClient":
    """Return a client as the functions have it. Making one costs more than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        client: BaseClient = connect("kms", KMS)
        return client
