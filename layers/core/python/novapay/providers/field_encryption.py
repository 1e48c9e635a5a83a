"""Account numbers as messages of the AWS Encryption SDK, under data keys from KMS."""

from http import HTTPStatus
from io import IOBase
from typing import Any

from aws_encryption_sdk import (
    AWSEncryptionSDKClientError,
    CachingCryptoMaterialsManager,
    CommitmentPolicy,
    DefaultCryptoMaterialsManager,
    EncryptionSDKClient,
    LocalCryptoMaterialsCache,
)
from aws_encryption_sdk.identifiers import Algorithm
from aws_encryption_sdk.key_providers.kms import KMSMasterKey, KMSMasterKeyConfig
from botocore.client import BaseClient
from botocore.exceptions import BotoCoreError
from cryptography.exceptions import InvalidTag

from novapay.domain.account_number import EncryptedAccountNumber, ending_of
from novapay.domain.errors import InvariantViolated, Unavailable
from novapay.domain.wallet import UserId, WalletId
from novapay.providers.kms import PASSING_ERRORS, KeyRefused

SUITE = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
"""A suite that commits to its key, so that no message decrypts to two texts under two keys. It does
not sign: a signature would cost 200 bytes, and only protects from readers who may not write, of
whom there are none here."""

KEPT_S = 300.0
WALLETS_KEPT_MAX = 1000
"""Seconds for which a data key is cached, and for how many wallets: within them a function reads a
number again without a call of KMS."""

SDK_OPERATIONS = ("GenerateDataKey", "Decrypt")
"""What the SDK calls. Other users of the same client see KMS's errors as they are."""

MESSAGE_ERRORS = frozenset({"IncorrectKeyException", "InvalidCiphertextException"})
"""The errors of KMS for a data key that it did not make, or not for this encryption context."""


class KmsAccountNumbers:
    """Encrypts under one KMS key, with the wallet and its owner as encryption context.

    A wallet's number is encrypted once, under a data key of its own, which need not be cached. It
    may be read often, so the data keys of numbers that were read are cached.
    """

    def __init__(self, client: BaseClient, key_arn: str) -> None:
        # The SDK turns every error of KMS into one of its own, so each is looked at before that.
        for operation in SDK_OPERATIONS:
            client.meta.events.register(
                f"after-call.kms.{operation}",
                _raise_unless_the_message_is_wrong,
                unique_id=f"novapay-{operation}",
            )
        key = KMSMasterKey(config=KMSMasterKeyConfig(key_id=key_arn, client=client))
        self._sdk = EncryptionSDKClient(
            commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
            max_encrypted_data_keys=1,
        )
        self._fresh_keys = DefaultCryptoMaterialsManager(key)
        self._kept_keys = CachingCryptoMaterialsManager(
            master_key_provider=key,
            cache=LocalCryptoMaterialsCache(WALLETS_KEPT_MAX),
            max_age=KEPT_S,
        )

    def encrypt(
        self, account_number: str, *, wallet_id: WalletId, user_id: UserId
    ) -> EncryptedAccountNumber:
        """Return the number as it is kept; see `novapay.domain.ports.AccountNumbers`."""
        try:
            ciphertext, _ = self._sdk.encrypt(
                source=account_number.encode(),
                materials_manager=self._fresh_keys,
                encryption_context=_context(wallet_id, user_id),
                algorithm=SUITE,
            )
        except BotoCoreError as error:
            raise Unavailable from error
        return EncryptedAccountNumber(ciphertext, ending_of(account_number))

    def decrypt(
        self, encrypted: EncryptedAccountNumber, *, wallet_id: WalletId, user_id: UserId
    ) -> str:
        """Return the number in full; see `novapay.domain.ports.AccountNumbers`."""
        try:
            plaintext, header = self._read(encrypted.ciphertext)
        except BotoCoreError as error:
            raise Unavailable from error
        except (AWSEncryptionSDKClientError, InvalidTag) as error:
            raise _not_this_wallets(wallet_id) from error
        if header.encryption_context != _context(wallet_id, user_id):
            raise _not_this_wallets(wallet_id)
        return str(plaintext, "ascii")

    def _read(self, ciphertext: bytes) -> tuple[bytes, Any]:
        """Return a message's plaintext and header, and leave no stream open.

        The SDK's own `decrypt` leaves it open where a message cannot be read, because its `close`
        refuses then; since Python 3.13 the interpreter reports that when the stream is collected.
        """
        stream = self._sdk.stream(
            mode="decrypt", source=ciphertext, materials_manager=self._kept_keys
        )
        try:
            return stream.read(), stream.header
        finally:
            IOBase.close(stream)


def _context(wallet_id: WalletId, user_id: UserId) -> dict[str, str]:
    """Return what a number is bound to: with another context it is not decrypted."""
    return {"field": "accountNumber", "userId": user_id, "walletId": wallet_id}


def _raise_unless_the_message_is_wrong(
    http_response: Any, parsed: dict[str, Any], **_: object
) -> None:
    """Raise the meaning of an error of KMS, unless it is about the message: that the SDK raises."""
    if http_response.status_code < HTTPStatus.MULTIPLE_CHOICES:
        return
    code = parsed["Error"]["Code"]
    if code in PASSING_ERRORS:
        raise Unavailable
    if code not in MESSAGE_ERRORS:
        raise KeyRefused(code)


def _not_this_wallets(wallet_id: WalletId) -> InvariantViolated:
    what = "an account number was not encrypted for its wallet"
    return InvariantViolated(what, {"wallet_id": wallet_id})
