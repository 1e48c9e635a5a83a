"""Every error that API Gateway makes itself, as data without CDK: the API's documents read it.

Each is a problem like those of the functions, made by the same code.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from novapay.domain.errors import Forbidden, NotFound, NovaPayError
from novapay.http.errors import PayloadTooLarge, Unauthorized, UnsupportedMediaType
from novapay.http.problems import Form, document_of


@dataclass(frozen=True, slots=True)
class GatewayProblem:
    """One kind of error and the gateway's response types that end in it."""

    form: Form
    code: str
    detail: str
    types: tuple[str, ...]

    @property
    def body(self) -> dict[str, Any]:
        """What the gateway answers; it fills in the request's id."""
        return document_of(
            self.code, self.form, detail=self.detail, request_id="$context.requestId"
        )


PROBLEMS = (
    GatewayProblem(
        Form(HTTPStatus.BAD_REQUEST),
        "bad-request",
        "The request is malformed.",
        ("DEFAULT_4XX", "BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS"),
    ),
    GatewayProblem(
        Form(HTTPStatus.UNAUTHORIZED),
        Unauthorized.code,
        Unauthorized.template,
        ("UNAUTHORIZED",),
    ),
    GatewayProblem(
        Form(HTTPStatus.FORBIDDEN),
        Forbidden.code,
        "The credentials, or the lack of them, do not allow this request.",
        ("ACCESS_DENIED", "INVALID_API_KEY", "WAF_FILTERED"),
    ),
    GatewayProblem(
        Form(HTTPStatus.FORBIDDEN),
        "invalid-signature",
        "The signature is wrong.",
        ("INVALID_SIGNATURE",),
    ),
    GatewayProblem(
        Form(HTTPStatus.FORBIDDEN),
        "expired-token",
        "The security token has expired.",
        ("EXPIRED_TOKEN",),
    ),
    # API Gateway answers with one and the same type for both.
    GatewayProblem(
        Form(HTTPStatus.NOT_FOUND),
        NotFound.code,
        "There is no such route, or there is one and the request is not signed.",
        ("MISSING_AUTHENTICATION_TOKEN", "RESOURCE_NOT_FOUND"),
    ),
    GatewayProblem(
        Form(HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        PayloadTooLarge.code,
        "The body is too large.",
        ("REQUEST_TOO_LARGE",),
    ),
    GatewayProblem(
        Form(HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        UnsupportedMediaType.code,
        "The body is of a type that is not supported.",
        ("UNSUPPORTED_MEDIA_TYPE",),
    ),
    GatewayProblem(
        Form(HTTPStatus.TOO_MANY_REQUESTS, retryable=True),
        "too-many-requests",
        "Too many requests: slow down, then try again.",
        ("THROTTLED", "QUOTA_EXCEEDED"),
    ),
    GatewayProblem(
        Form(HTTPStatus.INTERNAL_SERVER_ERROR, retryable=True),
        NovaPayError.code,
        "Something went wrong on our side.",
        (
            "DEFAULT_5XX",
            "API_CONFIGURATION_ERROR",
            "AUTHORIZER_CONFIGURATION_ERROR",
            "AUTHORIZER_FAILURE",
        ),
    ),
    GatewayProblem(
        Form(HTTPStatus.BAD_GATEWAY, retryable=True),
        "bad-gateway",
        "The service behind this route could not be reached.",
        ("INTEGRATION_FAILURE",),
    ),
    GatewayProblem(
        Form(HTTPStatus.GATEWAY_TIMEOUT, retryable=True),
        "gateway-timeout",
        "The service behind this route did not answer in time.",
        ("INTEGRATION_TIMEOUT",),
    ),
)
