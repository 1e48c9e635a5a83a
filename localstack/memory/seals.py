"""Seals for tests: under a KMS in memory, or without one where it is not the question."""

import hmac
from secrets import token_bytes
from typing import Any

from localstack.memory.kms import kms_client
from novapay.providers.seals import KmsSeals


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


def new_seal_key(client: Any) -> str:
    """Make a key as the state stack does, and return its ARN."""
    key = client.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    arn: str = key["KeyMetadata"]["Arn"]
    return arn
