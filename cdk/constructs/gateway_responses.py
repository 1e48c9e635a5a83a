"""The errors that API Gateway generates itself, in the form of NovaPay's own: RFC 9457 problems.

API Gateway uses the template for `application/json` whatever the caller accepts, so the content
type is set as a header.
"""

import json
from http import HTTPStatus

from aws_cdk import aws_apigateway as apigateway

from cdk.gateway_problems import PROBLEMS, GatewayProblem
from novapay.http.problems import CONTENT_TYPE, RETRY_AFTER
from novapay.http.security_headers import SECURITY_HEADERS


def add_gateway_responses(api: apigateway.RestApi) -> None:
    """Make every error that the gateway generates a problem document."""
    for problem in PROBLEMS:
        for name in problem.types:
            api.add_gateway_response(
                name.title().replace("_", ""),
                type=apigateway.ResponseType.of(name),
                status_code=str(problem.form.status.value),
                response_headers=_headers(problem),
                templates={"application/json": json.dumps(problem.body)},
            )


def _headers(problem: GatewayProblem) -> dict[str, str]:
    headers = {
        "Content-Type": _quoted(CONTENT_TYPE),
        "x-request-id": "context.requestId",
        **{name: _quoted(value) for name, value in SECURITY_HEADERS.items()},
    }
    if problem.form.status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "'Bearer'"
    if problem.form.retryable:
        headers |= {name: _quoted(value) for name, value in RETRY_AFTER.items()}
    return headers


def _quoted(value: str) -> str:
    """Return a fixed value as API Gateway wants it in a mapping."""
    return f"'{value}'"
