"""Each line of `cdk.endpoints` becomes a function, a role, a log group and its routes."""

from typing import Any

import pytest

from cdk.endpoints import ENDPOINTS, HEALTH, Endpoint
from layers.dependencies.build import LAMBDA_PYTHON
from tests.infrastructure.synthesized import Synthesized

pytestmark = pytest.mark.xdist_group("synth")

ROUTES = {
    "POST /accounts/wallets": "create_wallet",
    "GET /accounts/wallets/{walletId}": "get_wallet",
    "GET /accounts/wallets/user/{userId}": "list_user_wallets",
    "GET /accounts/wallets/{walletId}/balance": "get_balance",
    "PATCH /accounts/wallets/{walletId}/balance": "adjust_balance",
    "POST /transactions/transfers": "create_transfer",
    "GET /transactions/transfers/{transactionId}": "get_transfer",
    "POST /ledger/transactions": "create_transaction",
    "GET /ledger/transactions/{transactionId}": "get_transaction",
    "GET /ledger/transactions/{transactionId}/verify": "verify_transaction",
    "GET /ledger/wallets/{walletId}/entries": "list_entries",
    "GET /ledger/wallets/{walletId}/chain": "verify_chain",
    "GET /health": "health",
    "GET /accounts/health": "health",
    "GET /transactions/health": "health",
    "GET /ledger/health": "health",
}


def routes_of(synthesized: Synthesized) -> dict[str, dict[str, Any]]:
    """Return the properties of each method under its verb and full path."""
    resources = synthesized.of_type("AWS::ApiGateway::Resource")

    def path_of(reference: dict[str, Any]) -> str:
        if "Ref" not in reference:
            return ""
        properties = resources[reference["Ref"]]["Properties"]
        return f"{path_of(properties['ParentId'])}/{properties['PathPart']}"

    return {
        f"{method['HttpMethod']} {path_of(method['ResourceId'])}": method
        for method in synthesized.properties("AWS::ApiGateway::Method")
    }


def test_the_api_has_exactly_the_routes_of_the_contract(dev: Synthesized) -> None:
    routes = routes_of(dev)

    assert {route: method["OperationName"] for route, method in routes.items()} == ROUTES


def test_names_are_unique_over_all_services() -> None:
    names = [endpoint.name for endpoint in ENDPOINTS]

    assert len(set(names)) == len(names)


def test_there_is_one_function_for_each_endpoint_and_none_besides(dev: Synthesized) -> None:
    names = {it["FunctionName"] for it in dev.properties("AWS::Lambda::Function")}

    assert names == {f"novapay-dev-{endpoint.name}" for endpoint in ENDPOINTS}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: str(endpoint.name))
def test_a_route_invokes_the_live_version_of_its_own_function(
    dev: Synthesized, endpoint: Endpoint
) -> None:
    routes = routes_of(dev)

    for path in endpoint.paths:
        uri = str(routes[f"{endpoint.method} {path}"]["Integration"]["Uri"])
        assert f"{endpoint.construct_id}HandlerLive" in uri


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: str(endpoint.name))
def test_a_function_is_configured_as_the_contract_says(
    dev: Synthesized, endpoint: Endpoint
) -> None:
    function = dev.function(endpoint.name)["Properties"]

    assert function["Handler"] == f"functions.{endpoint.module.replace('/', '.')}.handler"
    assert function["Environment"]["Variables"] == {
        "NOVAPAY_STAGE": "dev",
        "TABLE_PREFIX": "novapay-dev",
        "POWERTOOLS_SERVICE_NAME": endpoint.service,
        "POWERTOOLS_METRICS_NAMESPACE": "NovaPay",
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }
    assert function["Runtime"] == f"python{LAMBDA_PYTHON}"
    assert function["Architectures"] == ["arm64"]
    assert function["MemorySize"] <= 512
    assert function["Timeout"] < 29
    assert function["TracingConfig"] == {"Mode": "Active"}
    assert function["SnapStart"] == {"ApplyOn": "PublishedVersions"}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: str(endpoint.name))
def test_a_function_logs_json_into_a_log_group_of_its_own(
    dev: Synthesized, endpoint: Endpoint
) -> None:
    logging = dev.function(endpoint.name)["Properties"]["LoggingConfig"]

    group = dev.api["Resources"][logging["LogGroup"]["Ref"]]["Properties"]
    assert logging["LogFormat"] == "JSON"
    assert group["LogGroupName"] == f"/aws/lambda/novapay-dev-{endpoint.name}"


def test_no_log_is_kept_for_ever(dev: Synthesized, prod: Synthesized) -> None:
    for synthesized, days in ((dev, 7), (prod, 365)):
        groups = synthesized.properties("AWS::Logs::LogGroup")

        assert {group["RetentionInDays"] for group in groups} == {days}


def test_every_route_but_health_wants_a_signature(dev: Synthesized) -> None:
    routes = routes_of(dev)

    unsigned = {it for it, method in routes.items() if method["AuthorizationType"] == "NONE"}
    signed = {it for it, method in routes.items() if method["AuthorizationType"] == "AWS_IAM"}
    assert unsigned == {f"GET {path}" for path in HEALTH.paths}
    assert unsigned | signed == set(ROUTES)


def test_the_local_stage_is_open(ministack: Synthesized) -> None:
    routes = routes_of(ministack)

    assert {method["AuthorizationType"] for method in routes.values()} == {"NONE"}


def test_the_stage_is_throttled_traced_and_logged(dev: Synthesized) -> None:
    [stage] = dev.properties("AWS::ApiGateway::Stage")

    assert stage["StageName"] == "dev"
    assert stage["TracingEnabled"] is True
    assert "$context.requestId" in stage["AccessLogSetting"]["Format"]
    [settings] = stage["MethodSettings"]
    assert settings["ThrottlingRateLimit"] == 500
    assert settings["ThrottlingBurstLimit"] == 1000
    assert settings["LoggingLevel"] == "ERROR"
    assert settings["DataTraceEnabled"] is False


def test_the_access_log_names_no_wallet(dev: Synthesized) -> None:
    [stage] = dev.properties("AWS::ApiGateway::Stage")

    assert "$context.path" not in stage["AccessLogSetting"]["Format"]


def test_the_api_is_regional(dev: Synthesized) -> None:
    [api] = dev.properties("AWS::ApiGateway::RestApi")

    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}


def test_the_outputs_are_the_address_and_the_id_of_the_api(dev: Synthesized) -> None:
    assert set(dev.api["Outputs"]) == {"ApiUrl", "ApiId"}
