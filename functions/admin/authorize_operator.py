"""Before every request of an operator: whose token it is."""

from novapay.http.authorizer import operator_authorizer
from novapay.wiring import admin


def authorize_operator(token: str) -> str | None:
    """Return the name of the operator whose token it is, or None.

    Raises:
        Unavailable: Secrets Manager did not say who the operators are.
    """
    return admin.gate().operator_of(token)


handler = operator_authorizer(authorize_operator)
