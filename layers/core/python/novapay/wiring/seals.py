"""Puts the seals of payroll jobs together; apart from the rest, so that only payroll pays."""

import os
from functools import cache

from novapay.aws import KMS, connect
from novapay.domain.ports import Seals
from novapay.providers.seals import KmsSeals
from novapay.settings import seal_key_arn_of


@cache
def seals() -> Seals:
    """Return what seals the payroll jobs of this deployment."""
    return KmsSeals(connect("kms", KMS), seal_key_arn_of(os.environ))
