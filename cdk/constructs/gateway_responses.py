"""The errors that API Gateway generates itself, in the form of NovaPay's own: RFC 9457 problems.

API Gateway uses the template for `application/json` whatever the caller accepts, so the content
type is set as a header.
"""

import json
from http import HTTPStatus

from aws_cdk import aws_apigateway as apigateway

from cdk.gateway_problems import PROBLEMS, Problem

SECURITY_HEADERS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
"""Those of `novapay.http.security_headers`, which this app does not load; a test compares them."""


def add_gateway_responses(api: apigateway.RestApi) -> None:
    """Make every error that the gateway generates a problem document."""
    for problem in PROBLEMS:
        for name in problem.types:
            api.add_gateway_response(
                name.title().replace("_", ""),
                type=apigateway.ResponseType.of(name),
                status_code=str(problem.status),
                response_headers=_headers(problem),
                templates={"application/json": json.dumps(problem.body)},
            )


def _headers(problem: Problem) -> dict[str, str]:
    headers = {
        "Content-Type": "'application/problem+json'",
        "x-request-id": "context.requestId",
        **{name: f"'{value}'" for name, value in SECURITY_HEADERS.items()},
    }
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "'Bearer'"
    if problem.is_retryable:
        headers["Retry-After"] = "'1'"
    return headers
