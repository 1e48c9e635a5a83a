"""Puts the encryption of fields together; apart from the rest, so that only who needs it pays."""

import os
from functools import cache

from novapay.aws import KMS, connect
from novapay.domain.ports import AccountNumbers
from novapay.providers.field_encryption import KmsAccountNumbers
from novapay.settings import account_number_readers_of, field_key_arn_of


@cache
def account_numbers() -> AccountNumbers:
    """Return what encrypts the account numbers of this deployment."""
    return KmsAccountNumbers(connect("kms", KMS), field_key_arn_of(os.environ))


@cache
def readers() -> frozenset[str]:
    """Return the names of the services that may read every account number."""
    return account_number_readers_of(os.environ)
