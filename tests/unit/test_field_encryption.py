"""Account numbers: what any way of encrypting them promises, and what the one with KMS adds."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import aws_encryption_sdk
import pytest
from aws_encryption_sdk import CommitmentPolicy
from aws_encryption_sdk.identifiers import Algorithm
from aws_encryption_sdk.streaming_client import StreamDecryptor
from moto import mock_aws

from localstack.memory.account_numbers import (
    InMemoryAccountNumbers,
    kms_in_memory,
    new_key,
)
from localstack.memory.kms import kms_client
from localstack.memory.wire import Fault, Wire, answer_with, lose_the_answer
from novapay.domain.account_number import EncryptedAccountNumber
from novapay.domain.errors import InvariantViolated, Unavailable
from novapay.domain.ports import AccountNumbers
from novapay.domain.wallet import UserId, WalletId
from novapay.providers import field_encryption
from novapay.providers.field_encryption import KmsAccountNumbers
from novapay.providers.kms import PASSING_ERRORS, KeyRefused
from tests.support.domain import id_of

WALLET = WalletId(id_of("a wallet"))
USER = UserId(id_of("a user"))
NUMBER = "DE89 3704 0044 0532 0130 00"


@pytest.fixture(params=[InMemoryAccountNumbers, kms_in_memory], ids=["memory", "kms"])
def numbers(request: pytest.FixtureRequest) -> Iterator[AccountNumbers]:
    """Return each way of encrypting numbers."""
    with mock_aws():
        yield request.param()


@pytest.fixture
def kms() -> Iterator[KmsAccountNumbers]:
    """Return the way that functions have, under a new key of a KMS in memory."""
    with mock_aws():
        yield kms_in_memory()


def encrypted_by(numbers: AccountNumbers, account_number: str = NUMBER) -> EncryptedAccountNumber:
    return numbers.encrypt(account_number, wallet_id=WALLET, user_id=USER)


def decrypted_by(numbers: AccountNumbers, ciphertext: bytes) -> str:
    return numbers.decrypt(EncryptedAccountNumber(ciphertext, ""), wallet_id=WALLET, user_id=USER)


def calls_of_kms(do: Callable[[], object]) -> list[str]:
    """Return which operations of KMS it took."""
    with kms_wire() as wire:
        do()
    return wire.operations


def kms_wire(before: Fault | None = None) -> Wire:
    fault = before
    return Wire(kms_client(), before=None if fault is None else lambda _: fault())


class TestAnyWay:
    @pytest.mark.parametrize("account_number", ["A", "ACC-001", NUMBER, "~" * 64])
    def test_a_number_is_read_as_it_was_written(
        self, numbers: AccountNumbers, account_number: str
    ) -> None:
        encrypted = encrypted_by(numbers, account_number)

        assert decrypted_by(numbers, encrypted.ciphertext) == account_number

    def test_only_its_end_can_be_seen(self, numbers: AccountNumbers) -> None:
        encrypted = encrypted_by(numbers, "SECRET-4711")

        assert encrypted.ending == "4711"
        assert b"SECRET" not in encrypted.ciphertext
        assert b"4711" not in encrypted.ciphertext

    @pytest.mark.parametrize(
        "holder",
        [
            {"wallet_id": WalletId(id_of("another wallet")), "user_id": USER},
            {"wallet_id": WALLET, "user_id": UserId(id_of("another user"))},
            {"wallet_id": WalletId(USER), "user_id": UserId(WALLET)},
        ],
        ids=["wallet", "user", "swapped"],
    )
    def test_a_number_of_another_wallet_is_not_read(
        self, numbers: AccountNumbers, holder: dict[str, Any]
    ) -> None:
        encrypted = encrypted_by(numbers)

        with pytest.raises(InvariantViolated):
            numbers.decrypt(encrypted, **holder)

    @pytest.mark.parametrize("ciphertext", [b"", b"\x02", b"ACC-001", b"\x00" * 600])
    def test_what_is_no_ciphertext_is_not_read(
        self, numbers: AccountNumbers, ciphertext: bytes
    ) -> None:
        with pytest.raises(InvariantViolated):
            decrypted_by(numbers, ciphertext)


class TestUnderKms:
    def test_a_change_of_any_byte_is_found(self, kms: KmsAccountNumbers) -> None:
        ciphertext = encrypted_by(kms).ciphertext

        for position in range(len(ciphertext)):
            changed = bytearray(ciphertext)
            changed[position] ^= 0x01
            # Of a data key that names another key, KMS says that we may not use that one.
            with pytest.raises((InvariantViolated, KeyRefused)):
                decrypted_by(kms, bytes(changed))

    def test_a_part_of_it_is_not_read(self, kms: KmsAccountNumbers) -> None:
        ciphertext = encrypted_by(kms).ciphertext

        for length in range(0, len(ciphertext), 7):
            with pytest.raises(InvariantViolated):
                decrypted_by(kms, ciphertext[:length])

    @pytest.mark.parametrize("length", [0, 1, 300, None], ids=["none", "start", "part", "whole"])
    def test_no_stream_stays_open_whether_the_message_can_be_read_or_not(
        self, kms: KmsAccountNumbers, monkeypatch: pytest.MonkeyPatch, length: int | None
    ) -> None:
        ciphertext = encrypted_by(kms).ciphertext[:length]
        streams: list[Any] = []
        start = StreamDecryptor.__init__

        def remember(stream: Any, **options: Any) -> None:
            streams.append(stream)
            start(stream, **options)

        monkeypatch.setattr(StreamDecryptor, "__init__", remember)

        with suppress(InvariantViolated):
            decrypted_by(kms, ciphertext)

        assert [stream.closed for stream in streams] == [True]

    def test_the_same_number_is_never_the_same_ciphertext(self, kms: KmsAccountNumbers) -> None:
        assert len({encrypted_by(kms).ciphertext for _ in range(5)}) == 5

    def test_the_message_names_its_wallet_and_owner_and_nothing_else(
        self, kms: KmsAccountNumbers
    ) -> None:
        header = _header_of(kms, encrypted_by(kms).ciphertext)

        assert header.encryption_context == {
            "field": "accountNumber",
            "userId": USER,
            "walletId": WALLET,
        }
        assert header.algorithm is Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
        assert len(header.encrypted_data_keys) == 1

    def test_a_message_that_does_not_commit_to_its_key_is_not_read(
        self, kms: KmsAccountNumbers
    ) -> None:
        lax = aws_encryption_sdk.EncryptionSDKClient(
            commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
        )
        ciphertext, _ = lax.encrypt(
            source=b"ACC-001",
            materials_manager=kms._fresh_keys,
            encryption_context=field_encryption._context(WALLET, USER),
            algorithm=Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA256,
        )

        with pytest.raises(InvariantViolated):
            decrypted_by(kms, ciphertext)

    def test_a_message_under_another_key_is_not_read(self, kms: KmsAccountNumbers) -> None:
        foreign = KmsAccountNumbers(kms_client(), new_key(kms_client()))

        with pytest.raises(InvariantViolated):
            decrypted_by(kms, encrypted_by(foreign).ciphertext)


class TestCallsOfKms:
    def test_each_number_gets_a_data_key_of_its_own(self, kms: KmsAccountNumbers) -> None:
        assert calls_of_kms(lambda: [encrypted_by(kms), encrypted_by(kms)]) == [
            "GenerateDataKey",
            "GenerateDataKey",
        ]

    def test_a_number_is_read_again_without_asking_for_five_minutes(
        self, kms: KmsAccountNumbers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ciphertext = encrypted_by(kms).ciphertext
        now = [1_000_000.0]
        monkeypatch.setattr(aws_encryption_sdk.caches.time, "time", lambda: now[0])

        def read_after(seconds: float) -> list[str]:
            now[0] = 1_000_000.0 + seconds
            return calls_of_kms(lambda: decrypted_by(kms, ciphertext))

        assert read_after(0) == ["Decrypt"]
        assert read_after(300) == []
        assert read_after(300.001) == ["Decrypt"]

    def test_so_many_numbers_are_kept_and_no_more(
        self, kms: KmsAccountNumbers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(field_encryption, "WALLETS_KEPT_MAX", 2)
        kms = kms_in_memory()
        oldest, *newer = [encrypted_by(kms).ciphertext for _ in range(3)]

        def read(*ciphertexts: bytes) -> list[str]:
            return calls_of_kms(lambda: [decrypted_by(kms, it) for it in ciphertexts])

        assert read(oldest, *newer) == ["Decrypt"] * 3
        assert read(*newer) == []
        assert read(oldest) == ["Decrypt"]

    def test_what_was_kept_serves_no_other_wallet(self, kms: KmsAccountNumbers) -> None:
        encrypted = encrypted_by(kms)
        decrypted_by(kms, encrypted.ciphertext)

        with pytest.raises(InvariantViolated):
            kms.decrypt(encrypted, wallet_id=WalletId(id_of("another wallet")), user_id=USER)


class TestWhenKmsDoesNotAnswer:
    @pytest.mark.parametrize("code", sorted(PASSING_ERRORS))
    def test_what_may_pass_can_be_tried_again(self, kms: KmsAccountNumbers, code: str) -> None:
        encrypted = encrypted_by(kms)

        with kms_wire(answer_with(code)):
            with pytest.raises(Unavailable):
                encrypted_by(kms)
            with pytest.raises(Unavailable):
                decrypted_by(kms, encrypted.ciphertext)

    def test_silence_can_be_tried_again(self, kms: KmsAccountNumbers) -> None:
        encrypted = encrypted_by(kms)

        with kms_wire(lose_the_answer):
            with pytest.raises(Unavailable):
                encrypted_by(kms)
            with pytest.raises(Unavailable):
                decrypted_by(kms, encrypted.ciphertext)

    @pytest.mark.parametrize("code", ["AccessDeniedException", "DisabledException"])
    def test_a_key_that_we_may_not_use_is_a_fault_of_the_deployment(
        self, kms: KmsAccountNumbers, code: str
    ) -> None:
        encrypted = encrypted_by(kms)

        with kms_wire(answer_with(code)):
            with pytest.raises(KeyRefused, match=code):
                encrypted_by(kms)
            with pytest.raises(KeyRefused, match=code):
                decrypted_by(kms, encrypted.ciphertext)

    @pytest.mark.parametrize("code", sorted(field_encryption.MESSAGE_ERRORS))
    def test_a_data_key_that_kms_does_not_know_was_changed(
        self, kms: KmsAccountNumbers, code: str
    ) -> None:
        encrypted = encrypted_by(kms)

        with kms_wire(answer_with(code)), pytest.raises(InvariantViolated):
            decrypted_by(kms, encrypted.ciphertext)


def _header_of(kms: KmsAccountNumbers, ciphertext: bytes) -> Any:
    _, header = kms._sdk.decrypt(source=ciphertext, materials_manager=kms._kept_keys)
    return header
