"""Every error that API Gateway makes itself, as data without CDK: the API's documents read it.

Each has its own code, as those of the functions have.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of error and the gateway's response types that end in it.

    `is_retryable` means: the same request, with the same idempotency key, may succeed later.
    """

    status: int
    code: str
    detail: str
    types: tuple[str, ...]
    is_retryable: bool = False

    @property
    def body(self) -> dict[str, Any]:
        """What the gateway answers; it fills in the request's id."""
        return {
            "type": f"urn:novapay:problem:{self.code}",
            "title": self.code.replace("-", " ").capitalize(),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "requestId": "$context.requestId",
            "retryable": self.is_retryable,
        }


PROBLEMS = (
    Problem(
        400,
        "bad-request",
        "The request is malformed.",
        ("DEFAULT_4XX", "BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS"),
    ),
    Problem(
        401,
        "unauthorized",
        "This needs a valid token: an operator's in x-admin-token, a user's in Authorization.",
        ("UNAUTHORIZED",),
    ),
    Problem(
        403,
        "forbidden",
        "The credentials, or the lack of them, do not allow this request.",
        ("ACCESS_DENIED", "INVALID_API_KEY", "WAF_FILTERED"),
    ),
    Problem(403, "invalid-signature", "The signature is wrong.", ("INVALID_SIGNATURE",)),
    Problem(403, "expired-token", "The security token has expired.", ("EXPIRED_TOKEN",)),
    # API Gateway answers with one and the same type for both.
    Problem(
        404,
        "not-found",
        "There is no such route, or there is one and the request is not signed.",
        ("MISSING_AUTHENTICATION_TOKEN", "RESOURCE_NOT_FOUND"),
    ),
    Problem(
        413,
        "payload-too-large",
        "The body is too large.",
        ("REQUEST_TOO_LARGE",),
    ),
    Problem(
        415,
        "unsupported-media-type",
        "The body is of a type that is not supported.",
        ("UNSUPPORTED_MEDIA_TYPE",),
    ),
    Problem(
        429,
        "too-many-requests",
        "Too many requests: slow down, then try again.",
        ("THROTTLED", "QUOTA_EXCEEDED"),
        is_retryable=True,
    ),
    Problem(
        500,
        "internal-error",
        "Something went wrong on our side.",
        (
            "DEFAULT_5XX",
            "API_CONFIGURATION_ERROR",
            "AUTHORIZER_CONFIGURATION_ERROR",
            "AUTHORIZER_FAILURE",
        ),
        is_retryable=True,
    ),
    Problem(
        502,
        "bad-gateway",
        "The service behind this route could not be reached.",
        ("INTEGRATION_FAILURE",),
        is_retryable=True,
    ),
    Problem(
        504,
        "gateway-timeout",
        "The service behind this route did not answer in time.",
        ("INTEGRATION_TIMEOUT",),
        is_retryable=True,
    ),
)
