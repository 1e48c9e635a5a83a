"""Puts the check of tokens together; apart from the rest, so that only the authorizer pays."""

import os
from functools import cache

from novapay import clock, observability
from novapay.domain.ports import Tokens
from novapay.providers.tokens import IssuerTokens
from novapay.settings import TokenSettings
from novapay.wiring import settings


@cache
def tokens() -> Tokens:
    """Return what knows the tokens of this deployment's issuer."""
    observability.name_stage(settings().stage)
    trusted = TokenSettings.of(os.environ)
    return IssuerTokens(
        trusted.issuer,
        audience=trusted.audience,
        user_claim=trusted.user_claim,
        now=clock.now,
    )
