"""Errors that API Gateway makes itself, in the same form as NovaPay's own: RFC 9457 problems.

API Gateway renders the template under `application/json` whatever the caller accepts, so the
content type is set as a header. Each problem has its own code, as those of the functions have.
"""

import json
from dataclasses import dataclass
from http import HTTPStatus

from aws_cdk import aws_apigateway as apigateway

Type = apigateway.ResponseType


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of error and the gateway's response types that end in it.

    `is_retryable` means: the same request, with the same idempotency key, may succeed later.
    """

    status: int
    code: str
    detail: str
    types: tuple[apigateway.ResponseType, ...]
    is_retryable: bool = False


PROBLEMS = (
    Problem(
        400,
        "bad-request",
        "The request is malformed.",
        (Type.DEFAULT_4_XX, Type.BAD_REQUEST_BODY, Type.BAD_REQUEST_PARAMETERS),
    ),
    Problem(401, "unauthorized", "Valid credentials are needed.", (Type.UNAUTHORIZED,)),
    Problem(
        403,
        "forbidden",
        "The credentials, or the lack of them, do not allow this request.",
        (Type.ACCESS_DENIED, Type.INVALID_API_KEY, Type.WAF_FILTERED),
    ),
    Problem(403, "invalid-signature", "The signature is wrong.", (Type.INVALID_SIGNATURE,)),
    Problem(403, "expired-token", "The security token has expired.", (Type.EXPIRED_TOKEN,)),
    # API Gateway answers with one and the same type for both.
    Problem(
        404,
        "not-found",
        "There is no such route, or there is one and the request is not signed.",
        (Type.MISSING_AUTHENTICATION_TOKEN, Type.RESOURCE_NOT_FOUND),
    ),
    Problem(
        413,
        "payload-too-large",
        "The body is too large.",
        (Type.REQUEST_TOO_LARGE,),
    ),
    Problem(
        415,
        "unsupported-media-type",
        "The body is of a type that is not supported.",
        (Type.UNSUPPORTED_MEDIA_TYPE,),
    ),
    Problem(
        429,
        "too-many-requests",
        "Too many requests: slow down, then try again.",
        (Type.THROTTLED, Type.QUOTA_EXCEEDED),
        is_retryable=True,
    ),
    Problem(
        500,
        "internal-error",
        "Something went wrong on our side.",
        (
            Type.DEFAULT_5_XX,
            Type.API_CONFIGURATION_ERROR,
            Type.AUTHORIZER_CONFIGURATION_ERROR,
            Type.AUTHORIZER_FAILURE,
        ),
        is_retryable=True,
    ),
    Problem(
        502,
        "bad-gateway",
        "The service behind this route could not be reached.",
        (Type.INTEGRATION_FAILURE,),
        is_retryable=True,
    ),
    Problem(
        504,
        "gateway-timeout",
        "The service behind this route did not answer in time.",
        (Type.INTEGRATION_TIMEOUT,),
        is_retryable=True,
    ),
)


def add_gateway_responses(api: apigateway.RestApi) -> None:
    """Have every error of the gateway itself answered as a problem."""
    for problem in PROBLEMS:
        for response_type in problem.types:
            name = response_type.response_type
            api.add_gateway_response(
                name.title().replace("_", ""),
                type=response_type,
                status_code=str(problem.status),
                response_headers=_headers(problem),
                templates={"application/json": _body(problem)},
            )


def _headers(problem: Problem) -> dict[str, str]:
    headers = {
        "Content-Type": "'application/problem+json'",
        "x-request-id": "context.requestId",
    }
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "'Bearer'"
    if problem.is_retryable:
        headers["Retry-After"] = "'1'"
    return headers


def _body(problem: Problem) -> str:
    return json.dumps(
        {
            "type": f"urn:novapay:problem:{problem.code}",
            "title": problem.code.replace("-", " ").capitalize(),
            "status": problem.status,
            "detail": problem.detail,
            "code": problem.code,
            "requestId": "$context.requestId",
            "retryable": problem.is_retryable,
        }
    )
