"""Callers who are known and may not do this."""

from dataclasses import dataclass
from typing import ClassVar

from novapay.domain.errors.base import NovaPayError


class Forbidden(NovaPayError):
    """The caller is known and may not do this."""

    code: ClassVar[str] = "forbidden"


@dataclass(eq=False)
class NotTheOwner(Forbidden):
    """The request names another user than its token."""

    code: ClassVar[str] = "not-the-owner"
    user_id: str

    @property
    def detail(self) -> str:
        return f"This token is not user {self.user_id}'s."


@dataclass(eq=False)
class ScopeMissing(Forbidden):
    """The route needs a scope that the token has not."""

    code: ClassVar[str] = "scope-missing"
    scope: str

    @property
    def detail(self) -> str:
        return f"This needs a token with the scope {self.scope}."
