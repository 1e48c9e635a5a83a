"""Every error that only a request over HTTP can have; the others are in `novapay.domain.errors`.

NovaPayError
├── InvalidInput
│   ├── MalformedBody            the body is not a JSON document
│   ├── IdempotencyKeyMissing    the route needs an Idempotency-Key header
│   └── IdempotencyKeyInvalid    the header does not hold one valid key
├── NotFound
│   └── RouteNotFound            no operation has this path and method
├── UnsupportedMediaType         the body is not JSON in UTF-8
├── PayloadTooLarge              the body is over the route's limit
└── Unauthorized                 an admin call without a valid operator token
"""

from dataclasses import dataclass
from typing import ClassVar

from novapay.domain.errors import InvalidInput, NotFound, NovaPayError

KEY_HEADER = "Idempotency-Key"


@dataclass(eq=False)
class MalformedBody(InvalidInput):
    """The body is not a JSON document."""

    code: ClassVar[str] = "malformed-json"
    reason: str = "not JSON"

    @property
    def detail(self) -> str:
        return f"The body is not a JSON document: {self.reason}."


class IdempotencyKeyMissing(InvalidInput):
    """The route needs an Idempotency-Key header, and there is none."""

    code: ClassVar[str] = "idempotency-key-missing"
    pointer: ClassVar[str] = f"/header/{KEY_HEADER}"

    @property
    def detail(self) -> str:
        return f"This request needs an {KEY_HEADER} header; use a new UUID."


@dataclass(eq=False)
class IdempotencyKeyInvalid(InvalidInput):
    """The Idempotency-Key header does not hold one valid key."""

    code: ClassVar[str] = "idempotency-key-invalid"
    pointer: ClassVar[str] = f"/header/{KEY_HEADER}"
    reason: str = ""

    @property
    def detail(self) -> str:
        return f"The {KEY_HEADER} header is not valid: {self.reason}."


class RouteNotFound(NotFound):
    """No operation has this path and method."""

    @property
    def detail(self) -> str:
        return "No operation has this path and method."


class UnsupportedMediaType(NovaPayError):
    """The Content-Type is not application/json in UTF-8."""

    code: ClassVar[str] = "unsupported-media-type"

    @property
    def detail(self) -> str:
        return "The body must be sent as content-type: application/json, in UTF-8."


@dataclass(eq=False)
class PayloadTooLarge(NovaPayError):
    """The body is larger than the route's limit."""

    code: ClassVar[str] = "payload-too-large"
    bytes_max: int

    @property
    def detail(self) -> str:
        return f"The body may have at most {self.bytes_max} bytes."


class Unauthorized(NovaPayError):
    """An admin call came without a valid operator token."""

    code: ClassVar[str] = "unauthorized"

    @property
    def detail(self) -> str:
        return (
            "This needs a valid token: an operator's in x-admin-token, a user's in Authorization."
        )
