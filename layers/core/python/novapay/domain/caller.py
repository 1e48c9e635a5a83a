"""The caller of a request, and the users that it may act for."""

from dataclasses import dataclass
from enum import StrEnum

from novapay.domain.errors import NotTheOwner, ScopeMissing
from novapay.domain.reference import Reference, ScopedReference
from novapay.domain.wallet import UserId


class Scope(StrEnum):
    """A scope of a token: it allows more than the use of the user's own wallets."""

    INTERNAL = "novapay:internal"
    PAYROLL = "novapay:payroll"


@dataclass(frozen=True, slots=True)
class Caller:
    """The authenticated caller of a request, as API Gateway reports it.

    Attributes:
        name: identifies the caller; each name has its own idempotency keys.
        user_id: the token's user; None for a trusted service, which may act for every user.
        scopes: the token's scopes.
    """

    name: str
    user_id: UserId | None = None
    scopes: frozenset[str] = frozenset()

    def may_act_for(self, *users: UserId | None) -> bool:
        """Return whether the caller is one of these users, or may act for every user.

        A token with the scope `novapay:internal` may act for every user: it can move all money.
        """
        is_service = self.user_id is None or Scope.INTERNAL in self.scopes
        return is_service or self.user_id in users

    def may_read_account_number(self, owner: UserId, readers: frozenset[str]) -> bool:
        """Return whether the caller may read a user's account numbers; scopes do not matter here.

        Args:
            owner: the wallet's user.
            readers: the names of the services that may read those of all users.
        """
        return self.name in readers if self.user_id is None else self.user_id == owner

    def scoped_reference(self, text: Reference | None) -> ScopedReference | None:
        """Return a reference as this caller's own; None for None."""
        return None if text is None else ScopedReference(self.name, text)

    def check_acts_for(self, *user_ids: UserId) -> None:
        """Check that the caller may act for each of these users.

        Raises:
            NotTheOwner: it may not act for one of them.
        """
        for user_id in user_ids:
            if not self.may_act_for(user_id):
                raise NotTheOwner(user_id)

    def check_scope(self, scope: Scope) -> None:
        """Check that the caller has a scope; callers without a token need none.

        Raises:
            ScopeMissing: the caller has a token without this scope.
        """
        if self.user_id is not None and scope not in self.scopes:
            raise ScopeMissing(scope)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from, as a log says it.

    Attributes:
        actor: the caller's name.
        source_ip: the address that it called from; None if it is not known.
        request_id: the id that its answer carries.
    """

    actor: str
    source_ip: str | None
    request_id: str


TRUSTED = Caller("trusted")
"""May act for every user: an operator whose token was checked, and our own code."""
