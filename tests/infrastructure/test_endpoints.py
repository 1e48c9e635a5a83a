"""Each line of `cdk.endpoints` becomes a function, a role, a log group and its routes."""

from typing import Any

import pytest

from cdk.endpoints import AUTHORIZE_OPERATOR, ENDPOINTS, TASKS, Endpoint, Task
from layers.dependencies.build import LAMBDA_PYTHON
from tests.infrastructure.synthesized import Synthesized, of_type

pytestmark = pytest.mark.xdist_group("synth")

HEALTH_ROUTES = {
    "GET /health": "health",
    "GET /accounts/health": "health",
    "GET /fx/health": "health",
    "GET /transactions/health": "health",
    "GET /ledger/health": "health",
    "GET /payroll/health": "health",
    "GET /admin/health": "health",
}
ADMIN_ROUTES = {
    "POST /admin/wallets/{walletId}/freeze": "freeze_any_wallet",
    "POST /admin/wallets/{walletId}/unfreeze": "unfreeze_any_wallet",
    "POST /admin/wallets/{walletId}/close": "close_any_wallet",
    "GET /admin/wallets/{walletId}": "inspect_wallet",
    "GET /admin/wallets/{walletId}/account-number": "reveal_account_number",
    "GET /admin/transactions": "list_wallet_transactions",
    "GET /admin/transactions/{transactionId}": "inspect_transaction",
    "GET /admin/ledger/verify/{transactionId}": "audit_transaction",
    "GET /admin/ledger/chain/{walletId}": "audit_chain",
    "GET /admin/ledger/entries/{walletId}": "audit_entries",
    "GET /admin/audit-logs": "list_audit_logs",
    "GET /admin/audit-logs/chain": "verify_audit_log",
    "GET /admin/trial-balance": "get_trial_balance",
    "GET /admin/payroll/jobs": "list_all_jobs",
    "GET /admin/payroll/jobs/{jobId}": "inspect_job",
    "GET /admin/payroll/jobs/{jobId}/items": "inspect_job_items",
    "GET /admin/ledger/transactions/{transactionId}": "list_transaction_entries",
    "GET /admin/figures": "get_figures",
}
CONSOLE_ROUTES = {
    "GET /admin/console": "console",
    "GET /admin/console/{asset}": "console",
}
PUBLIC_ROUTES = {**HEALTH_ROUTES, **ADMIN_ROUTES, **CONSOLE_ROUTES}
"""They want no signature: health and the console tell nothing, and an operator has a token."""

ROUTES = {
    "POST /accounts/wallets": "create_wallet",
    "GET /accounts/wallets/{walletId}": "get_wallet",
    "GET /accounts/wallets/user/{userId}": "list_user_wallets",
    "GET /accounts/wallets/{walletId}/balance": "get_balance",
    "PATCH /accounts/wallets/{walletId}/balance": "adjust_balance",
    "POST /accounts/wallets/{walletId}/freeze": "freeze_wallet",
    "POST /accounts/wallets/{walletId}/unfreeze": "unfreeze_wallet",
    "POST /accounts/wallets/{walletId}/close": "close_wallet",
    "POST /fx/quote": "create_quote",
    "GET /fx/quote/{quoteId}": "get_quote",
    "POST /fx/quote/{quoteId}/consume": "consume_quote",
    "POST /transactions/transfers": "create_transfer",
    "POST /transactions/transfers/{transactionId}/reversals": "create_reversal",
    "GET /transactions/transfers/{transactionId}": "get_transfer",
    "POST /transactions/holds": "create_hold",
    "GET /transactions/holds/{holdId}": "get_hold",
    "GET /transactions/holds": "list_holds",
    "POST /transactions/holds/{holdId}/captures": "capture_hold",
    "POST /transactions/holds/{holdId}/release": "release_hold",
    "GET /transactions/transfers": "list_transfers",
    "POST /ledger/transactions": "create_transaction",
    "GET /ledger/transactions/{transactionId}": "get_transaction",
    "GET /ledger/transactions/{transactionId}/verify": "verify_transaction",
    "GET /ledger/wallets/{walletId}/entries": "list_entries",
    "GET /ledger/wallets/{walletId}/chain": "verify_chain",
    "POST /payroll/jobs": "create_job",
    "GET /payroll/jobs/{jobId}": "get_job",
    "GET /payroll/jobs/{jobId}/items": "list_job_items",
    "GET /payroll/employers/{employerId}/jobs": "list_employer_jobs",
    **PUBLIC_ROUTES,
}
SIMULATION_ROUTES = {
    "POST /fx/simulate/provider-down": "simulate_provider_down",
    "POST /fx/simulate/provider-up": "simulate_provider_up",
}

DEPLOYED = [endpoint for endpoint in ENDPOINTS if not endpoint.is_simulation]
FUNCTIONS: list[Endpoint | Task] = [*DEPLOYED, *TASKS, AUTHORIZE_OPERATOR]
TIMEOUTS_S = {
    "fund_job": 60,
    "pay_lane": 120,
    "settle_job": 60,
    "recover": 58,
    "expire_holds": 58,
    "authorize_operator": 25,
}
"""How long a task may run; an endpoint has to answer before API Gateway gives up."""

MEMORY_MIB = dict.fromkeys(
    ["pay_lane", "get_trial_balance", "verify_chain", "audit_chain", "verify_audit_log"], 1769
)
"""The functions that compute for seconds have a whole core."""

PAYROLL_ARN = {
    "Fn::Join": [
        "",
        [
            "arn:",
            {"Ref": "AWS::Partition"},
            ":states:",
            {"Ref": "AWS::Region"},
            ":",
            {"Ref": "AWS::AccountId"},
            ":stateMachine:novapay-dev-payroll",
        ],
    ]
}
RATES = {
    "FX_PROVIDER": "http",
    "FX_BASE_URL": "https://api.frankfurter.dev/v1",
    "FX_TIMEOUT_S": "2",
    "FX_RETRIES": "1",
    "FX_BREAKER_FAILURES": "5",
    "FX_BREAKER_RESET_S": "10",
    "FX_SIMULATION": "off",
    "FX_SPREAD_BPS": "0",
}
PAYROLL = {"PAYROLL_STATE_MACHINE_ARN": PAYROLL_ARN}
OPERATORS = {"OPERATORS_SECRET": "novapay-dev-operators"}
MORE_ENVIRONMENT: dict[str, dict[str, Any]] = {
    "create_quote": RATES,
    "create_job": PAYROLL,
    "recover": PAYROLL,
    **dict.fromkeys([*ADMIN_ROUTES.values(), "authorize_operator"], OPERATORS),
    "create_wallet": {"WALLETS_PER_USER": "10000"},
    "get_wallet": {"ACCOUNT_NUMBER_READERS": ""},
    "list_user_wallets": {"ACCOUNT_NUMBER_READERS": ""},
}
"""What single functions are told beside what all are."""


def routes_of(synthesized: Synthesized) -> dict[str, dict[str, Any]]:
    """Return the properties of each method under its verb and full path."""
    resources = {
        name: resource
        for template in synthesized.templates
        for name, resource in of_type(template, "AWS::ApiGateway::Resource").items()
    }

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


def test_only_the_local_stage_can_simulate_failures(
    dev: Synthesized, prod: Synthesized, ministack: Synthesized
) -> None:
    for synthesized, routes in ((dev, {}), (prod, {}), (ministack, SIMULATION_ROUTES)):
        found = {
            route: method["OperationName"]
            for route, method in routes_of(synthesized).items()
            if "simulate" in route
        }
        functions = {
            it["FunctionName"]
            for it in synthesized.properties("AWS::Lambda::Function")
            if "simulate" in it["FunctionName"]
        }

        assert found == routes
        assert functions == {f"novapay-local-{name}" for name in routes.values()}


def test_names_are_unique_over_all_services() -> None:
    names = [endpoint.name for endpoint in ENDPOINTS] + [task.name for task in TASKS]

    assert len(set(names)) == len(names)


def test_there_is_one_function_for_each_endpoint_and_task_and_none_besides(
    dev: Synthesized,
) -> None:
    names = {it["FunctionName"] for it in dev.properties("AWS::Lambda::Function")}

    assert names == {f"novapay-dev-{it.name}" for it in FUNCTIONS}
    assert set(TIMEOUTS_S) == {task.name for task in (*TASKS, AUTHORIZE_OPERATOR)}


@pytest.mark.parametrize("endpoint", DEPLOYED, ids=lambda endpoint: str(endpoint.name))
def test_a_route_invokes_the_live_version_of_its_own_function(
    dev: Synthesized, endpoint: Endpoint
) -> None:
    routes = routes_of(dev)

    for path in endpoint.paths:
        uri = str(routes[f"{endpoint.method} {path}"]["Integration"]["Uri"])
        assert f"{endpoint.construct_id}HandlerLive" in uri


@pytest.mark.parametrize("spec", FUNCTIONS, ids=lambda spec: str(spec.name))
def test_a_function_is_configured_as_the_contract_says(
    dev: Synthesized, spec: Endpoint | Task
) -> None:
    function = dev.function(spec.name)["Properties"]
    told = dict(function["Environment"]["Variables"])
    for key in ("FIELD_KEY_ARN", "SEAL_KEY_ARN"):
        told.pop(key, None)  # test_least_privilege knows who is told this

    assert function["Handler"] == f"functions.{spec.module.replace('/', '.')}.handler"
    assert told == {
        "NOVAPAY_STAGE": "dev",
        "TABLE_PREFIX": "novapay-dev",
        "POWERTOOLS_SERVICE_NAME": spec.service,
        "POWERTOOLS_METRICS_NAMESPACE": "NovaPay",
        "POWERTOOLS_LOG_LEVEL": "INFO",
        **MORE_ENVIRONMENT.get(spec.name, {}),
    }
    assert function["Runtime"] == f"python{LAMBDA_PYTHON}"
    assert function["Architectures"] == ["arm64"]
    assert function["MemorySize"] == MEMORY_MIB.get(spec.name, 512)
    assert function["Timeout"] == TIMEOUTS_S.get(spec.name, 28)
    assert function["TracingConfig"] == {"Mode": "Active"}


def test_on_an_emulator_rates_are_fixed_and_can_fail(ministack: Synthesized) -> None:
    environment = ministack.function("create_quote")["Properties"]["Environment"]["Variables"]

    assert environment["FX_PROVIDER"] == "fixed"
    assert environment["FX_SIMULATION"] == "on"


@pytest.mark.parametrize("spec", FUNCTIONS, ids=lambda spec: str(spec.name))
def test_a_function_logs_json_into_a_log_group_of_its_own(
    dev: Synthesized, spec: Endpoint | Task
) -> None:
    logging = dev.function(spec.name)["Properties"]["LoggingConfig"]

    group = dev.template_of(spec.name)["Resources"][logging["LogGroup"]["Ref"]]["Properties"]
    assert logging["LogFormat"] == "JSON"
    assert group["LogGroupName"] == f"/aws/lambda/novapay-dev-{spec.name}"


def test_no_log_is_kept_for_ever(dev: Synthesized, prod: Synthesized) -> None:
    for synthesized, days in ((dev, 7), (prod, 365)):
        groups = synthesized.properties("AWS::Logs::LogGroup")

        assert {group["RetentionInDays"] for group in groups} == {days}


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_every_route_wants_a_signature_but_those_of_health_and_operators(
    request: pytest.FixtureRequest, stage: str
) -> None:
    routes = routes_of(request.getfixturevalue(stage))

    unsigned = {it for it, method in routes.items() if method["AuthorizationType"] == "NONE"}
    signed = {it for it, method in routes.items() if method["AuthorizationType"] == "AWS_IAM"}
    assert unsigned == set(PUBLIC_ROUTES) - set(ADMIN_ROUTES)
    assert signed == set(ROUTES) - set(PUBLIC_ROUTES)


def test_the_local_stage_is_open_but_for_operators(
    ministack: Synthesized, localstack: Synthesized
) -> None:
    # LocalStack fails a stack of which a method names an authorizer: there the functions ask alone.
    for synthesized, behind in ((ministack, set(ADMIN_ROUTES)), (localstack, set())):
        routes = routes_of(synthesized)

        found = {it for it, method in routes.items() if method["AuthorizationType"] == "CUSTOM"}
        assert found == behind
        assert {routes[it]["AuthorizationType"] for it in set(routes) - behind} == {"NONE"}


@pytest.mark.parametrize("stage", ["dev", "prod", "ministack"])
def test_an_operators_call_is_let_through_by_its_token_alone(
    request: pytest.FixtureRequest, stage: str
) -> None:
    synthesized: Synthesized = request.getfixturevalue(stage)
    [name] = of_type(synthesized.api, "AWS::ApiGateway::Authorizer")
    [authorizer] = synthesized.properties("AWS::ApiGateway::Authorizer")

    behind = {
        it
        for it, method in routes_of(synthesized).items()
        if method.get("AuthorizerId") == {"Ref": name}
    }
    assert behind == set(ADMIN_ROUTES)
    # With a source of identity and results that are kept, API Gateway refuses a call without a
    # token by itself, and asks once for a token in five minutes.
    assert authorizer["Type"] == "REQUEST"
    assert authorizer["IdentitySource"] == "method.request.header.x-admin-token"
    assert authorizer["AuthorizerResultTtlInSeconds"] == 300
    assert "AuthorizeOperator" in str(authorizer["AuthorizerUri"])


def test_a_flood_of_tokens_leaves_the_rest_of_the_account_alone_and_is_left_room(
    dev: Synthesized, prod: Synthesized
) -> None:
    reserved = "ReservedConcurrentExecutions"

    assert prod.function("authorize_operator")["Properties"][reserved] == 20
    assert reserved not in dev.function("authorize_operator")["Properties"]


def test_the_stage_is_throttled_traced_and_logged(dev: Synthesized) -> None:
    [stage] = dev.properties("AWS::ApiGateway::Stage")

    assert stage["StageName"] == "dev"
    assert stage["TracingEnabled"] is True
    for named in ("$context.requestId", "$context.authorizer.principalId"):
        assert named in stage["AccessLogSetting"]["Format"]
    settings, *_ = stage["MethodSettings"]
    assert settings["ResourcePath"] == "/*"
    assert settings["ThrottlingRateLimit"] == 500
    assert settings["ThrottlingBurstLimit"] == 1000
    assert settings["LoggingLevel"] == "ERROR"
    assert settings["DataTraceEnabled"] is False


THROTTLES = {
    "GET /ledger/wallets/{walletId}/chain": (20, 40),
    "POST /payroll/jobs": (5, 10),
    "POST /fx/quote": (20, 40),
}
"""The routes of which one request costs as much as hundreds of others, or asks others."""


def test_the_dear_routes_are_throttled_by_themselves_and_logged_like_the_rest(
    dev: Synthesized,
) -> None:
    [stage] = dev.properties("AWS::ApiGateway::Stage")
    stages, *routes = stage["MethodSettings"]

    found = {
        f"{it['HttpMethod']} {it['ResourcePath'].replace('~1', '/')[1:]}": (
            it["ThrottlingRateLimit"],
            it["ThrottlingBurstLimit"],
        )
        for it in routes
    }

    # Operators' routes have none: strangers would use it up, and operators would be refused.
    assert found == THROTTLES | dict.fromkeys(HEALTH_ROUTES, (20, 100))
    assert set(THROTTLES) <= set(ROUTES)
    # A route's settings replace all of the stage's, the log's among them.
    for settings in routes:
        assert {name: settings[name] for name in ("LoggingLevel", "DataTraceEnabled")} == {
            name: stages[name] for name in ("LoggingLevel", "DataTraceEnabled")
        }


def test_the_access_log_names_no_wallet(dev: Synthesized) -> None:
    [stage] = dev.properties("AWS::ApiGateway::Stage")

    assert "$context.path" not in stage["AccessLogSetting"]["Format"]


def test_the_api_is_regional(dev: Synthesized) -> None:
    [api] = dev.properties("AWS::ApiGateway::RestApi")

    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}


def test_the_outputs_are_the_address_and_the_id_of_the_api(dev: Synthesized) -> None:
    assert set(dev.api["Outputs"]) == {"ApiUrl", "ApiId"}


def test_aws_takes_no_tls_older_than_1_2(dev: Synthesized, ministack: Synthesized) -> None:
    [api] = dev.properties("AWS::ApiGateway::RestApi")
    [local] = ministack.properties("AWS::ApiGateway::RestApi")

    assert api["SecurityPolicy"].startswith("SecurityPolicy_TLS13_1_2")
    assert api["EndpointAccessMode"] == "STRICT"
    assert "SecurityPolicy" not in local
