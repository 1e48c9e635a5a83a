"""A stage whose operators call from networks that are known."""

from typing import Any

import pytest

from tests.infrastructure.synthesized import Synthesized
from tests.infrastructure.test_endpoints import ADMIN_ROUTES, CONSOLE_ROUTES, HEALTH_ROUTES

pytestmark = pytest.mark.xdist_group("synth")


@pytest.fixture(scope="module")
def statements(restored: Synthesized) -> dict[str, dict[str, Any]]:
    [api] = restored.properties("AWS::ApiGateway::RestApi")
    return {it["Sid"]: it for it in api["Policy"]["Statement"]}


def test_other_networks_are_denied_the_routes_of_operators(
    statements: dict[str, dict[str, Any]],
) -> None:
    denied = statements["OperatorsNetworks"]

    assert denied["Effect"] == "Deny"
    assert denied["Principal"] == {"AWS": "*"}
    assert denied["Action"] == "execute-api:Invoke"
    assert denied["Resource"] == ["execute-api:/*/*/admin", "execute-api:/*/*/admin/*"]
    assert denied["Condition"] == {
        "NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"]}
    }
    assert all(route.split()[1].startswith("/admin/") for route in ADMIN_ROUTES | CONSOLE_ROUTES)


def test_what_asks_nobody_is_allowed_as_a_policy_wants_it_and_nothing_else(
    statements: dict[str, dict[str, Any]],
) -> None:
    allowed = statements["WhatAsksNobody"]

    assert allowed["Effect"] == "Allow"
    assert set(allowed["Resource"]) == {
        f"execute-api:/*/{route.replace(' ', '').replace('{asset}', '*')}"
        for route in HEALTH_ROUTES | CONSOLE_ROUTES
    }
    # A signed route that were allowed here would be open to every identity of the account.
    assert set(statements) == {"WhatAsksNobody", "OperatorsNetworks"}


def test_without_networks_there_is_no_policy(dev: Synthesized) -> None:
    [api] = dev.properties("AWS::ApiGateway::RestApi")

    assert "Policy" not in api
