"""Who is calling, and for whom that caller may act."""

from dataclasses import dataclass
from enum import StrEnum

from novapay.domain.errors import NotTheOwner, ScopeMissing
from novapay.domain.wallet import UserId


class Scope(StrEnum):
    """What a person's token may allow beyond that person's own wallets."""

    INTERNAL = "novapay:internal"
    PAYROLL = "novapay:payroll"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever makes a request, as API Gateway has established it.

    Attributes:
        name: the caller's idempotency keys mean nothing under another name.
        user_id: the user of a token; None for one of your own services, which acts for everyone.
        scopes: of a token.
    """

    name: str
    user_id: UserId | None = None
    scopes: frozenset[str] = frozenset()

    def may_act_for(self, *users: UserId | None) -> bool:
        """Return whether the caller is one of these users, or acts for everyone.

        The scope `novapay:internal` acts for everyone: it can move anybody's money anyway.
        """
        is_service = self.user_id is None or Scope.INTERNAL in self.scopes
        return is_service or self.user_id in users

    def is_owner(self, user_id: UserId) -> bool:
        """Return whether what is this user's alone may be shown: no scope makes a token theirs."""
        return self.user_id in (None, user_id)

    def check_acts_for(self, user_id: UserId) -> None:
        """Raise NotTheOwner where the caller may not act for this user."""
        if not self.may_act_for(user_id):
            raise NotTheOwner(user_id)

    def check_scope(self, scope: Scope) -> None:
        """Raise ScopeMissing where the caller has a token, and the token not this scope."""
        if self.user_id is not None and scope not in self.scopes:
            raise ScopeMissing(scope)


TRUSTED = Caller("trusted")
"""Acts for everyone: an operator behind the gate of the admin routes, and our own code."""
