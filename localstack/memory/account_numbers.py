"""Account numbers for tests: under a KMS in memory, or without one where it is not the question."""

import json
from base64 import b64decode, b64encode
from typing import Any, cast

from localstack.memory.kms import kms_client
from novapay.domain.account_number import EncryptedAccountNumber, ending_of
from novapay.domain.errors import InvariantViolated
from novapay.domain.wallet import UserId, WalletId
from novapay.providers.field_encryption import KmsAccountNumbers


class InMemoryAccountNumbers:
    """Hides numbers from nobody but a test that looks for them; binds each to its wallet."""

    def encrypt(
        self, account_number: str, *, wallet_id: WalletId, user_id: UserId
    ) -> EncryptedAccountNumber:
        sealed = b64encode(json.dumps([account_number, wallet_id, user_id]).encode())
        return EncryptedAccountNumber(sealed, ending_of(account_number))

    def decrypt(
        self, encrypted: EncryptedAccountNumber, *, wallet_id: WalletId, user_id: UserId
    ) -> str:
        try:
            account_number, *bound_to = json.loads(b64decode(encrypted.ciphertext, validate=True))
        except ValueError as error:
            raise InvariantViolated("not what was encrypted") from error
        if bound_to != [wallet_id, user_id]:
            raise InvariantViolated("encrypted for another wallet")
        return cast("str", account_number)


def kms_in_memory() -> KmsAccountNumbers:
    """Return the real thing under a new key; the KMS has to be in memory already."""
    client = kms_client()
    return KmsAccountNumbers(client, new_key(client))


def new_key(client: Any) -> str:
    """Make a key, and return its ARN."""
    arn: str = client.create_key()["KeyMetadata"]["Arn"]
    return arn
