"""Seals for tests: under a KMS in memory, or without one where it is not the question."""

import hmac
from functools import cache
from secrets import token_bytes
from typing import TYPE_CHECKING, Any

import pytest

from novapay.aws import KMS, connect
from novapay.providers.seals import KmsSeals

if TYPE_CHECKING:
    from botocore.client import BaseClient


class InMemorySeals:
    """Seals under a key that this process alone has."""

    def __init__(self) -> None:
        self._key = token_bytes(32)

    def seal(self, message: bytes) -> bytes:
        return hmac.digest(self._key, message, "sha256")

    def fits(self, seal: bytes, message: bytes) -> bool:
        return hmac.compare_digest(seal, self.seal(message))


def kms_seals() -> KmsSeals:
    """Return the real thing under a new key; the KMS has to be in memory already."""
    client = kms_client()
    return KmsSeals(client, new_seal_key(client))


@cache
def kms_client() -> "BaseClient":
    """Return a client as the functions have it. Making one costs more than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        client: BaseClient = connect("kms", KMS)
        return client


def new_seal_key(client: Any) -> str:
    """Make a key as the state stack does, and return its ARN."""
    key = client.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    arn: str = key["KeyMetadata"]["Arn"]
    return arn
