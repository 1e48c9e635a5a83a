"""The REST API, and the services behind it."""

import json
from itertools import groupby
from operator import attrgetter

from aws_cdk import CfnOutput, Duration, Stack, Tags
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.constructs.acknowledged import acknowledge
from cdk.constructs.gateway_responses import add_gateway_responses
from cdk.constructs.handler_function import Foundation, HandlerFunction
from cdk.constructs.layers import make_layers
from cdk.constructs.log_group import kept_log_group
from cdk.constructs.rollout import Canary
from cdk.constructs.web_acl import WebAcl
from cdk.deployment import Auth, Deployment
from cdk.endpoints import AUTHORIZE, AUTHORIZE_OPERATOR, ENDPOINTS, Task, Throttle
from cdk.packaging import FunctionPackages
from cdk.stacks.service import Gateway, ServiceStack
from cdk.stacks.state import StateStack

STAGE = Throttle(per_second=500, at_once=1000)
"""The throttle of each route that has none of its own; AWS counts every route separately."""

TLS_POLICY = "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"

ADMIN_TOKEN = apigateway.IdentitySource.header("x-admin-token")
OPERATOR_KEPT_S = 300
"""Seconds API Gateway caches the authorizer's answer for an operator's token.

A revoked token is refused within a minute all the same: the endpoint's function checks it again at
each call, against operators that it keeps for at most a minute.
"""

BEARER_PATTERN = r"^Bearer [-_A-Za-z0-9]+\.[-_A-Za-z0-9]+\.[-_A-Za-z0-9]+$"
TOKEN_KEPT_S = 60
"""Seconds API Gateway caches an authorizer's answer; an expired token works that much longer."""

CUSTOM_ID_TAGS = ("ms-custom-id", "_custom_id_")
"""The tags from which MiniStack and LocalStack take the id of an API."""

ACCESS_LOG = {
    "requestId": "$context.requestId",
    "requestTime": "$context.requestTime",
    "sourceIp": "$context.identity.sourceIp",
    "caller": "$context.identity.userArn",
    "user": "$context.authorizer.principalId",
    "httpMethod": "$context.httpMethod",
    # The route, not the path, so that this log contains no ids.
    "route": "$context.resourcePath",
    "status": "$context.status",
    "errorType": "$context.error.responseType",
    "responseLength": "$context.responseLength",
    "latencyMs": "$context.responseLatency",
    "integrationLatencyMs": "$context.integrationLatency",
    "traceId": "$context.xrayTraceId",
}


class ApiStack(Stack):
    """The API, its stage and its authorizers, and a nested stack for each service."""

    def __init__(
        self, scope: Construct, construct_id: str, deployment: Deployment, state: StateStack
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            description=f"NovaPay ({deployment.stage}): the API and its functions",
            termination_protection=deployment.keeps_data,
        )
        self._deployment = deployment
        api = self._rest_api()
        add_gateway_responses(api)
        foundation = Foundation(
            deployment=deployment,
            key=state.key,
            field_key=state.field_key,
            seal_key=state.seal_key,
            layers=make_layers(self, deployment.target),
            packages=FunctionPackages(deployment.target, deployment.wheels),
            canary=Canary.of(self, deployment),
        )
        self._add_services(api, foundation)
        self._guard(api)
        CfnOutput(self, "ApiUrl", value=self._url_of(api))
        CfnOutput(self, "ApiId", value=api.rest_api_id)

    def _add_services(self, api: apigateway.RestApi, foundation: Foundation) -> None:
        """Add a nested stack for each service, with the functions behind its routes."""
        endpoints = [
            it for it in ENDPOINTS if foundation.deployment.simulates or not it.is_simulation
        ]
        parts = sorted({path.split("/")[1] for it in endpoints for path in it.paths})
        gateway = Gateway(
            api=api,
            tops={part: api.root.add_resource(part) for part in parts},
            callers=self._authorizer(foundation),
            operators=self._operators_authorizer(foundation),
        )
        by_service = attrgetter("service")
        for service, of_service in groupby(sorted(endpoints, key=by_service), key=by_service):
            ServiceStack(
                self, service, endpoints=of_service, gateway=gateway, foundation=foundation
            )

    def _authorizer(self, foundation: Foundation) -> apigateway.IAuthorizer | None:
        """Return the authorizer of bearer tokens; malformed tokens are refused without it."""
        if self._deployment.auth is not Auth.JWT:
            return None
        return apigateway.TokenAuthorizer(
            self,
            "Tokens",
            handler=self._asked(AUTHORIZE, foundation),
            results_cache_ttl=Duration.seconds(TOKEN_KEPT_S),
            validation_regex=BEARER_PATTERN,
        )

    def _operators_authorizer(self, foundation: Foundation) -> apigateway.IAuthorizer | None:
        """Return the authorizer of operators' tokens; a call without one is refused without it."""
        if not self._deployment.target.asks_authorizers:
            return None
        return apigateway.RequestAuthorizer(
            self,
            "OperatorTokens",
            handler=self._asked(AUTHORIZE_OPERATOR, foundation),
            results_cache_ttl=Duration.seconds(OPERATOR_KEPT_S),
            identity_sources=[ADMIN_TOKEN],
        )

    def _asked(self, task: Task, foundation: Foundation) -> lambda_.IFunction:
        function = HandlerFunction(
            self,
            task.construct_id,
            spec=task,
            foundation=foundation,
            timeout_s=task.timeout_s,
        )
        return function.live

    def _rest_api(self) -> apigateway.RestApi:
        target = self._deployment.target
        api = apigateway.RestApi(
            self,
            "Api",
            rest_api_name=self._deployment.prefix,
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=target.keeps_gateway_logs,
            policy=self._policy(),
            deploy_options=self._stage_options(),
        )
        self._close_to_old_tls(api)
        # This output has an address of AWS, even on an emulator; `ApiUrl` has the right one.
        api.node.try_remove_child("Endpoint")
        if target.keeps_gateway_logs:
            name = f"API-Gateway-Execution-Logs_{api.rest_api_id}/{self._deployment.stage}"
            api.deployment_stage.node.add_dependency(
                kept_log_group(self, "ExecutionLog", name, self._deployment)
            )
        for tag in CUSTOM_ID_TAGS if target.is_emulator else ():
            Tags.of(api).add(
                tag, self._deployment.api_id, include_resource_types=["AWS::ApiGateway::RestApi"]
            )
        return api

    def _policy(self) -> iam.PolicyDocument | None:
        """Return the API's policy, which denies the operators' routes to all other networks.

        If an API has a policy, the policy must allow the routes without authentication. A signed
        route, or one with an authorizer, must only not be denied. The operators' authorizer allows
        only `/admin/*`, so another spelling of that path is refused as well.
        """
        networks = self._deployment.admin_networks
        if not networks:
            return None
        asks_nobody = {
            path.replace("{asset}", "*")
            for endpoint in ENDPOINTS
            if endpoint.is_public and not endpoint.is_for_operators
            for path in endpoint.paths
        }
        return iam.PolicyDocument(
            statements=[
                iam.PolicyStatement(
                    sid="WhatAsksNobody",
                    principals=[iam.AnyPrincipal()],
                    actions=["execute-api:Invoke"],
                    resources=[f"execute-api:/*/GET{path}" for path in sorted(asks_nobody)],
                ),
                iam.PolicyStatement(
                    sid="OperatorsNetworks",
                    effect=iam.Effect.DENY,
                    principals=[iam.AnyPrincipal()],
                    actions=["execute-api:Invoke"],
                    resources=["execute-api:/*/*/admin", "execute-api:/*/*/admin/*"],
                    conditions={"NotIpAddress": {"aws:SourceIp": list(networks)}},
                ),
            ]
        )

    def _guard(self, api: apigateway.RestApi) -> None:
        """Attach the firewall, and record where the API departs from cdk-nag's rules."""
        limit = self._deployment.requests_per_address
        if limit is not None:
            WebAcl(
                self,
                "WebAcl",
                deployment=self._deployment,
                stage=api.deployment_stage,
                requests_per_address=limit,
            )
        else:
            acknowledge(
                api,
                "APIG3",
                "A firewall has a monthly price, so it is optional: -c waf=on attaches one.",
            )
        acknowledge(
            api, "APIG2", "The functions validate each body and parameter against their models."
        )
        if not self._deployment.target.keeps_gateway_logs:
            for rule in ("APIG1", "APIG6"):
                acknowledge(api, rule, "The emulators ignore the settings of the gateway's logs.")
        else:
            acknowledge(
                api.node.find_child("CloudWatchRole"),
                "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
                "AmazonAPIGatewayPushToCloudWatchLogs]",
                "API Gateway refuses a role for its logs that has fewer permissions than this.",
            )

    def _close_to_old_tls(self, api: apigateway.RestApi) -> None:
        """Allow only TLS 1.2 and 1.3 on AWS; by default it also accepts 1.0."""
        resource = api.node.default_child
        if isinstance(resource, apigateway.CfnRestApi) and not self._deployment.target.is_emulator:
            resource.security_policy = TLS_POLICY
            resource.endpoint_access_mode = "STRICT"

    def _url_of(self, api: apigateway.RestApi) -> str:
        """Return the address of the stage; an emulator's must resolve on this machine."""
        if not self._deployment.target.is_emulator:
            return api.url
        return (
            f"{self._deployment.endpoint_url}/_aws/execute-api/{api.rest_api_id}"
            f"/{self._deployment.stage}"
        )

    def _stage_options(self) -> apigateway.StageOptions:
        keeps_logs = self._deployment.target.keeps_gateway_logs
        return apigateway.StageOptions(
            stage_name=self._deployment.stage,
            throttling_rate_limit=STAGE.per_second,
            throttling_burst_limit=STAGE.at_once,
            method_options=self._routes_options(),
            tracing_enabled=True,
            access_log_destination=self._access_log() if keeps_logs else None,
            access_log_format=apigateway.AccessLogFormat.custom(json.dumps(ACCESS_LOG))
            if keeps_logs
            else None,
            logging_level=self._logging_level(),
        )

    def _routes_options(self) -> dict[str, apigateway.MethodDeploymentOptions]:
        """Return the settings of routes with a throttle; they replace all settings of the stage."""
        return {
            f"{path}/{endpoint.method}": apigateway.MethodDeploymentOptions(
                throttling_rate_limit=endpoint.throttle.per_second,
                throttling_burst_limit=endpoint.throttle.at_once,
                logging_level=self._logging_level(),
            )
            for endpoint in ENDPOINTS
            if endpoint.throttle
            for path in endpoint.paths
        }

    def _logging_level(self) -> apigateway.MethodLoggingLevel | None:
        """Return the level of the execution log: errors only, never a request or a response."""
        keeps_logs = self._deployment.target.keeps_gateway_logs
        return apigateway.MethodLoggingLevel.ERROR if keeps_logs else None

    def _access_log(self) -> apigateway.IAccessLogDestination:
        name = f"/aws/apigateway/{self._deployment.prefix}"
        return apigateway.LogGroupLogDestination(
            kept_log_group(self, "AccessLog", name, self._deployment)
        )
