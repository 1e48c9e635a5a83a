"""Errors of API Gateway itself look like NovaPay's own."""

import json
from typing import Any

import pytest
from aws_cdk.aws_apigateway import ResponseType

from novapay.http.errors import Unauthorized
from novapay.http.problems import problem
from novapay.http.security_headers import SECURITY_HEADERS
from tests.infrastructure.synthesized import Synthesized, of_type

pytestmark = pytest.mark.xdist_group("synth")

STATUSES_AND_CODES = {
    "DEFAULT_4XX": (400, "bad-request"),
    "BAD_REQUEST_BODY": (400, "bad-request"),
    "BAD_REQUEST_PARAMETERS": (400, "bad-request"),
    "UNAUTHORIZED": (401, "unauthorized"),
    "ACCESS_DENIED": (403, "forbidden"),
    "INVALID_API_KEY": (403, "forbidden"),
    "WAF_FILTERED": (403, "forbidden"),
    "INVALID_SIGNATURE": (403, "invalid-signature"),
    "EXPIRED_TOKEN": (403, "expired-token"),
    "MISSING_AUTHENTICATION_TOKEN": (404, "not-found"),
    "RESOURCE_NOT_FOUND": (404, "not-found"),
    "REQUEST_TOO_LARGE": (413, "payload-too-large"),
    "UNSUPPORTED_MEDIA_TYPE": (415, "unsupported-media-type"),
    "THROTTLED": (429, "too-many-requests"),
    "QUOTA_EXCEEDED": (429, "too-many-requests"),
    "DEFAULT_5XX": (500, "internal-error"),
    "API_CONFIGURATION_ERROR": (500, "internal-error"),
    "AUTHORIZER_CONFIGURATION_ERROR": (500, "internal-error"),
    "AUTHORIZER_FAILURE": (500, "internal-error"),
    "INTEGRATION_FAILURE": (502, "bad-gateway"),
    "INTEGRATION_TIMEOUT": (504, "gateway-timeout"),
}
RETRYABLE = {"too-many-requests", "internal-error", "bad-gateway", "gateway-timeout"}


def responses_of(synthesized: Synthesized) -> dict[str, dict[str, Any]]:
    """Return the properties of each gateway response by its type."""
    found = synthesized.properties("AWS::ApiGateway::GatewayResponse")
    return {response["ResponseType"]: response for response in found}


def test_no_error_that_the_gateway_can_make_is_left_out(dev: Synthesized) -> None:
    names = [name for name in vars(ResponseType) if name.isupper()]

    known = {getattr(ResponseType, name).response_type for name in names}

    assert set(responses_of(dev)) == known == set(STATUSES_AND_CODES)


@pytest.mark.parametrize("kind", STATUSES_AND_CODES)
def test_an_error_of_the_gateway_is_a_problem(dev: Synthesized, kind: str) -> None:
    response = responses_of(dev)[kind]

    status, code = STATUSES_AND_CODES[kind]
    document = json.loads(response["ResponseTemplates"]["application/json"])
    detail = document.pop("detail")
    assert document == {
        "type": f"urn:novapay:problem:{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": status,
        "code": code,
        "requestId": "$context.requestId",
        "retryable": code in RETRYABLE,
    }
    assert detail.endswith(".")
    assert response["StatusCode"] == str(status)


def test_an_operators_401_is_the_same_from_the_gateway_and_from_a_function(
    dev: Synthesized,
) -> None:
    [template] = responses_of(dev)["UNAUTHORIZED"]["ResponseTemplates"].values()

    assert json.loads(template) == problem(Unauthorized(), request_id="$context.requestId")


@pytest.mark.parametrize("kind", STATUSES_AND_CODES)
def test_an_error_of_the_gateway_says_its_media_type_and_request_id(
    dev: Synthesized, kind: str
) -> None:
    headers = responses_of(dev)[kind]["ResponseParameters"]

    prefix = "gatewayresponse.header."
    assert headers[f"{prefix}Content-Type"] == "'application/problem+json'"
    assert headers[f"{prefix}x-request-id"] == "context.requestId"
    for name, value in SECURITY_HEADERS.items():
        assert headers[f"{prefix}{name}"] == f"'{value}'"


@pytest.mark.parametrize("deployment", ["dev", "prod", "ministack", "localstack"])
def test_what_may_be_sent_again_says_when_and_nothing_else_does(
    request: pytest.FixtureRequest, deployment: str
) -> None:
    for response in responses_of(request.getfixturevalue(deployment)).values():
        headers = response["ResponseParameters"]
        [template] = response["ResponseTemplates"].values()

        wait = headers.get("gatewayresponse.header.Retry-After")

        assert wait == ("'1'" if json.loads(template)["retryable"] else None)


def test_the_api_is_deployed_after_its_errors_are_defined(dev: Synthesized) -> None:
    [deployment] = dev.resources("AWS::ApiGateway::Deployment")

    responses = of_type(dev.api, "AWS::ApiGateway::GatewayResponse")
    assert set(responses) <= set(deployment["DependsOn"])
