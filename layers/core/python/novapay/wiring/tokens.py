"""Puts the check of tokens together; apart from the rest, so that only the authorizer pays."""

import os
from functools import cache

from novapay.domain.ports import Tokens
from novapay.providers.tokens import IssuerTokens
from novapay.settings import TokenSettings


@cache
def tokens() -> Tokens:
    """Return what knows the tokens of this deployment's issuer."""
    settings = TokenSettings.of(os.environ)
    return IssuerTokens(settings.issuer, audience=settings.audience, user_claim=settings.user_claim)
