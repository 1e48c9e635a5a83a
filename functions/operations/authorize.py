"""Before every request, where tokens say who is calling: whose token it is."""

from novapay.domain.caller import Caller
from novapay.http.authorizer import token_authorizer
from novapay.wiring import tokens


def authorize(token: str) -> Caller:
    """Return whose token it is.

    Raises:
        TokenRefused, Unavailable: see `novapay.domain.ports.Tokens`.
    """
    return tokens.tokens().caller_of(token)


handler = token_authorizer(authorize)
