"""Seals: what any way of making them promises, and what the one with KMS adds."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from localstack.memory.account_numbers import kms_in_memory
from localstack.memory.kms import kms_client
from localstack.memory.seals import InMemorySeals, kms_seals
from localstack.memory.wire import Wire, answer_with, lose_the_answer
from novapay.domain.errors import Unavailable
from novapay.domain.ports import Seals
from novapay.providers.kms import PASSING_ERRORS, KeyRefused
from novapay.providers.seals import KmsSeals

MESSAGE = bytes(range(32))


@pytest.fixture(params=[InMemorySeals, kms_seals], ids=["memory", "kms"])
def seals(request: pytest.FixtureRequest) -> Iterator[Seals]:
    """Return each way of sealing."""
    with mock_aws():
        yield request.param()


@pytest.fixture
def kms() -> Iterator[KmsSeals]:
    """Return the way that functions have, under a new key of a KMS in memory."""
    with mock_aws():
        yield kms_seals()


def test_a_seal_fits_its_message(seals: Seals) -> None:
    assert seals.fits(seals.seal(MESSAGE), MESSAGE)


def test_a_seal_fits_no_other_message(seals: Seals) -> None:
    assert not seals.fits(seals.seal(MESSAGE), MESSAGE[::-1])


def test_a_seal_of_another_key_does_not_fit(seals: Seals) -> None:
    other = InMemorySeals()

    assert not seals.fits(other.seal(MESSAGE), MESSAGE)


def test_account_numbers_on_the_same_client_change_no_error_of_seals(kms: KmsSeals) -> None:
    kms_in_memory()

    assert not kms.fits(kms.seal(MESSAGE), MESSAGE[::-1])


@pytest.mark.parametrize("size", [0, 1, 31, 33, 7000])
def test_what_has_not_the_size_of_a_seal_does_not_fit(seals: Seals, size: int) -> None:
    assert not seals.fits(bytes(size), MESSAGE)


def broken_wire(fault: Any) -> Wire:
    return Wire(kms_client(), before=lambda _: fault())


@pytest.mark.parametrize("code", sorted(PASSING_ERRORS))
def test_what_may_pass_can_be_tried_again(kms: KmsSeals, code: str) -> None:
    seal = kms.seal(MESSAGE)

    with broken_wire(answer_with(code)):
        with pytest.raises(Unavailable):
            kms.seal(MESSAGE)
        with pytest.raises(Unavailable):
            kms.fits(seal, MESSAGE)


def test_silence_can_be_tried_again(kms: KmsSeals) -> None:
    with broken_wire(lose_the_answer):
        with pytest.raises(Unavailable):
            kms.seal(MESSAGE)
        with pytest.raises(Unavailable):
            kms.fits(bytes(32), MESSAGE)


@pytest.mark.parametrize("code", ["AccessDeniedException", "DisabledException"])
def test_a_key_that_we_may_not_use_makes_no_seal_a_forged_one(kms: KmsSeals, code: str) -> None:
    with broken_wire(answer_with(code)):
        with pytest.raises(KeyRefused, match=code):
            kms.seal(MESSAGE)
        with pytest.raises(KeyRefused, match=code):
            kms.fits(bytes(32), MESSAGE)
