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

from novapay.domain.errors import InvalidInput, NotFound, NovaPayError

KEY_HEADER = "Idempotency-Key"


@dataclass(eq=False)
class MalformedBody(InvalidInput):
    """The body is not a JSON document."""

    code = "malformed-json"
    template = "The body is not a JSON document: {reason}."
    reason: str = "not JSON"


class IdempotencyKeyMissing(InvalidInput):
    """The route needs an Idempotency-Key header, and there is none."""

    code = "idempotency-key-missing"
    pointer = f"/header/{KEY_HEADER}"
    template = f"This request needs an {KEY_HEADER} header; use a new UUID."


@dataclass(eq=False)
class IdempotencyKeyInvalid(InvalidInput):
    """The Idempotency-Key header does not hold one valid key."""

    code = "idempotency-key-invalid"
    pointer = f"/header/{KEY_HEADER}"
    template = f"The {KEY_HEADER} header is not valid: {{reason}}."
    reason: str = ""


class RouteNotFound(NotFound):
    """No operation has this path and method."""

    template = "No operation has this path and method."


class UnsupportedMediaType(NovaPayError):
    """The Content-Type is not application/json in UTF-8."""

    code = "unsupported-media-type"
    template = "The body must be sent as content-type: application/json, in UTF-8."


@dataclass(eq=False)
class PayloadTooLarge(NovaPayError):
    """The body is larger than the route's limit."""

    code = "payload-too-large"
    template = "The body may have at most {bytes_max} bytes."
    bytes_max: int


class Unauthorized(NovaPayError):
    """An admin call came without a valid operator token."""

    code = "unauthorized"
    template = (
        "This needs a valid token: an operator's in x-admin-token, a user's in Authorization."
    )
