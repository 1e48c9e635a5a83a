"""Errors of callers that are known but not allowed to do something."""

from dataclasses import dataclass
from typing import ClassVar

from novapay.domain.errors.base import NovaPayError


class Forbidden(NovaPayError):
    """The caller is known but not allowed to do this."""

    code: ClassVar[str] = "forbidden"


@dataclass(eq=False)
class NotTheOwner(Forbidden):
    """The request names a user who is not the user of the token."""

    code: ClassVar[str] = "not-the-owner"
    user_id: str

    @property
    def detail(self) -> str:
        return f"This token does not belong to user {self.user_id}."


@dataclass(eq=False)
class ScopeMissing(Forbidden):
    """The route needs a scope that the token does not have."""

    code: ClassVar[str] = "scope-missing"
    scope: str

    @property
    def detail(self) -> str:
        return f"This needs a token with the scope {self.scope}."
