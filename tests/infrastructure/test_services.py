"""The API is cut by service, so that each template stays far from what a stack may hold."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from aws_cdk import App

from cdk.context import parse_deployment
from cdk.endpoints import ENDPOINTS, Endpoint
from cdk.stacks import api
from cdk.stacks.state import StateStack
from localstack.deploy.dropped_properties import SETTERS
from tests.infrastructure.synthesized import Synthesized, of_type
from tests.infrastructure.test_endpoints import DEPLOYED

pytestmark = pytest.mark.xdist_group("synth")

RESOURCES_MAX = 300
"""A stack takes 500. The rest is room for features to come."""

NESTED = "AWS::CloudFormation::Stack"


@pytest.mark.parametrize("stage", ["prod", "tokens", "ministack", "localstack"])
def test_no_template_has_more_than_300_resources(
    request: pytest.FixtureRequest, stage: str
) -> None:
    synthesized: Synthesized = request.getfixturevalue(stage)
    count = {
        template["Description"]: len(template["Resources"]) for template in synthesized.templates
    }

    assert len(count) == len(synthesized.templates)
    assert {name: it for name, it in count.items() if it > RESOURCES_MAX} == {}


def test_every_service_has_a_stack_of_its_own(dev: Synthesized) -> None:
    found = {
        service: {
            it["Properties"]["FunctionName"]
            for it in of_type(template, "AWS::Lambda::Function").values()
        }
        for service, template in dev.services.items()
    }

    assert found == {
        service: {f"novapay-dev-{it.name}" for it in DEPLOYED if it.service == service}
        for service in {endpoint.service for endpoint in DEPLOYED}
    }


def test_the_api_is_deployed_after_the_routes_of_all_services(dev: Synthesized) -> None:
    [deployment] = dev.resources("AWS::ApiGateway::Deployment")
    services = of_type(dev.api, NESTED)

    assert len(services) == len(dev.services)
    assert set(services) <= set(deployment["DependsOn"])


def test_no_service_waits_for_the_deployment_that_waits_for_it(dev: Synthesized) -> None:
    for kind in ("AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage"):
        [logical_id] = of_type(dev.api, kind)

        assert not [it for it in of_type(dev.api, NESTED).values() if logical_id in str(it)]


def test_a_change_of_a_route_deploys_the_api_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # An operator's endpoint goes with it, for an authorizer that no route asks is refused.
    endpoint, other = (it for it in ENDPOINTS if it.name in {"get_quote", "get_figures"})

    def deployment_of(endpoint: Endpoint, folder: str) -> str:
        monkeypatch.setattr(api, "ENDPOINTS", (endpoint, other))
        context = {"stage": "local", "target": "ministack"}
        app = App(context=context, outdir=str(tmp_path / folder), analytics_reporting=False)
        deployment = parse_deployment(app.node.try_get_context, {})
        api.ApiStack(app, "api", deployment, StateStack(app, "state", deployment))
        template = app.synth().get_stack_by_name("api").template
        [logical_id] = of_type(template, "AWS::ApiGateway::Deployment")
        return logical_id

    first = deployment_of(endpoint, "first")
    same = deployment_of(endpoint, "same")
    moved = deployment_of(replace(endpoint, served=("/fx/quote/{quoteId}/rate",)), "moved")

    assert first == same != moved


def test_only_a_route_of_the_api_may_call_its_function(dev: Synthesized) -> None:
    permissions = of_type(dev.services["ledger"], "AWS::Lambda::Permission").values()

    routes = {
        re.sub(r"{[^}]*}", "*", f"/dev/{it.method}{path}")
        for it in DEPLOYED
        if it.service == "ledger"
        for path in it.paths
    }
    sources = [it["Properties"]["SourceArn"]["Fn::Join"][1] for it in permissions]
    assert {source[-1] for source in sources} == routes
    [api_id] = of_type(dev.api, "AWS::ApiGateway::RestApi")
    assert all({"Ref": api_id} in source for source in sources)
    assert {it["Properties"]["Principal"] for it in permissions} == {"apigateway.amazonaws.com"}


def test_nothing_that_the_emulators_drop_is_in_a_nested_stack(ministack: Synthesized) -> None:
    # After a local deployment such properties are set anew, in the stacks but not in those nested.
    dropped = [
        (service, resource["Properties"])
        for service, template in ministack.services.items()
        for resource in template["Resources"].values()
        if SETTERS.get(resource["Type"], {}).keys() & resource.get("Properties", {}).keys()
    ]

    assert dropped == []
