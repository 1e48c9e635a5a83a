"""The seals of payroll jobs: MACs of KMS, the adapter of the port `Seals`."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from novapay.domain.errors import Unavailable
from novapay.providers.kms import PASSING_ERRORS, KeyRefused

ALGORITHM = "HMAC_SHA_256"
SEAL_BYTES = 32


class KmsSeals:
    """Makes and checks seals under one HMAC key, which never leaves KMS.

    An error that is not temporary, for instance of a key that is switched off, says nothing about
    the seal: it is raised as KeyRefused, and no job is taken for a forged one.
    """

    def __init__(self, client: Any, key_arn: str) -> None:
        self._client = client
        self._key_arn = key_arn

    def seal(self, message: bytes) -> bytes:
        """Return the seal of a message; see `novapay.domain.ports.Seals`."""
        try:
            made = self._client.generate_mac(
                KeyId=self._key_arn, MacAlgorithm=ALGORITHM, Message=message
            )
        except (ClientError, BotoCoreError) as error:
            raise _meaning(error) from error
        return bytes(made["Mac"])

    def fits(self, seal: bytes, message: bytes) -> bool:
        """Return whether a seal was made of a message; see `novapay.domain.ports.Seals`."""
        if len(seal) != SEAL_BYTES:
            return False
        try:
            checked = self._client.verify_mac(
                KeyId=self._key_arn, MacAlgorithm=ALGORITHM, Message=message, Mac=seal
            )
        except self._client.exceptions.KMSInvalidMacException:
            return False
        except (ClientError, BotoCoreError) as error:
            raise _meaning(error) from error
        return bool(checked["MacValid"])


def _meaning(error: ClientError | BotoCoreError) -> Exception:
    if isinstance(error, ClientError):
        code = error.response["Error"]["Code"]
        if code not in PASSING_ERRORS:
            return KeyRefused(code)
    return Unavailable()
