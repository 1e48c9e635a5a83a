"""A stage that asks for tokens: every route but the public ones stands behind the authorizer."""

import pytest

from tests.infrastructure.roles import allowed_by, granted
from tests.infrastructure.synthesized import Synthesized, of_type
from tests.infrastructure.test_endpoints import (
    ADMIN_ROUTES,
    PUBLIC_ROUTES,
    ROUTES,
    routes_of,
)

pytestmark = pytest.mark.xdist_group("synth")


def test_every_route_asks_but_those_of_health_and_operators(tokens: Synthesized) -> None:
    [authorizer] = [
        name
        for name, it in of_type(tokens.api, "AWS::ApiGateway::Authorizer").items()
        if it["Properties"]["Type"] == "TOKEN"
    ]
    routes = routes_of(tokens)

    asked = {
        route
        for route, method in routes.items()
        if method["AuthorizationType"] == "CUSTOM" and method["AuthorizerId"] == {"Ref": authorizer}
    }
    open_routes = {it for it, method in routes.items() if method["AuthorizationType"] == "NONE"}
    assert asked == set(ROUTES) - set(PUBLIC_ROUTES)
    assert open_routes == set(PUBLIC_ROUTES) - set(ADMIN_ROUTES)


def test_the_authorizer_sees_nothing_but_what_looks_like_a_token(tokens: Synthesized) -> None:
    [authorizer] = [
        it for it in tokens.properties("AWS::ApiGateway::Authorizer") if it["Type"] == "TOKEN"
    ]

    assert authorizer["IdentitySource"] == "method.request.header.Authorization"
    assert authorizer["AuthorizerResultTtlInSeconds"] == 60
    assert authorizer["IdentityValidationExpression"].startswith("^Bearer ")
    assert "AuthorizeLive" in str(authorizer["AuthorizerUri"])


def test_the_authorizer_knows_its_issuer_and_may_do_nothing_else(tokens: Synthesized) -> None:
    environment = tokens.function("authorize")["Properties"]["Environment"]["Variables"]

    assert (
        environment.items()
        >= {
            "TOKEN_ISSUER": "https://id.example",
            "TOKEN_AUDIENCE": "payments",
            "TOKEN_USER_CLAIM": "sub",
        }.items()
    )
    assert allowed_by(tokens, "authorize", "dynamodb") == set()
    assert {action.partition(":")[0] for action, _ in granted(tokens, "authorize")} == {
        "logs",
        "xray",
    }


def test_a_flood_of_bearer_tokens_leaves_the_rest_of_the_account_alone(
    tokens: Synthesized,
) -> None:
    assert tokens.function("authorize")["Properties"]["ReservedConcurrentExecutions"] == 100


def test_without_tokens_there_is_no_authorizer(dev: Synthesized) -> None:
    [operators] = dev.properties("AWS::ApiGateway::Authorizer")
    assert operators["Type"] == "REQUEST"
    names = [it["FunctionName"] for it in dev.properties("AWS::Lambda::Function")]
    assert "novapay-dev-authorize" not in names
