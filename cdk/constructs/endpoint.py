"""The function and the routes of one line of `cdk.endpoints`."""

import re
from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.constructs.acknowledged import acknowledge
from cdk.constructs.handler_function import Foundation, HandlerFunction
from cdk.deployment import Auth
from cdk.endpoints import Endpoint

_AUTHORIZATION = {
    Auth.OPEN: apigateway.AuthorizationType.NONE,
    Auth.IAM: apigateway.AuthorizationType.IAM,
    Auth.JWT: apigateway.AuthorizationType.CUSTOM,
}

GATEWAY_TIMEOUT_S = 29
"""Seconds API Gateway waits for a function, its default; then the client gets a 504."""

PUBLIC = "It reveals no user's data, or requires an operator's token, which it checks itself."
NO_POOL = "Callers sign as AWS identities or have your issuer's tokens, so no user pool is used."
OPEN = "The open local stage is refused on AWS, and an emulator answers only this machine."


class EndpointConstruct(Construct):
    """A function with its own role and log group, behind its routes of the API."""

    def __init__(
        self,
        scope: Construct,
        *,
        endpoint: Endpoint,
        resources: Mapping[str, apigateway.IResource],
        foundation: Foundation,
        authorizer: apigateway.IAuthorizer | None,
    ) -> None:
        super().__init__(scope, endpoint.construct_id)
        self._endpoint = endpoint
        self._stage = foundation.deployment.stage
        live = HandlerFunction(self, "Handler", spec=endpoint, foundation=foundation).live
        auth = _authorization(endpoint, foundation.deployment.auth, authorizer)
        acknowledge(self, "COG4", NO_POOL)
        for path, resource in resources.items():
            method = apigateway.Method(
                self,
                f"{endpoint.method}{path.replace('/', '-')}",
                http_method=endpoint.method,
                resource=resource,
                integration=self._integration(live),
                options=apigateway.MethodOptions(
                    operation_name=endpoint.name,
                    authorization_type=auth,
                    authorizer=authorizer if auth is apigateway.AuthorizationType.CUSTOM else None,
                ),
            )
            self._allow(resource, path, live)
            if auth is apigateway.AuthorizationType.NONE:
                acknowledge(method, "APIG4", PUBLIC if endpoint.is_public else OPEN)

    def _integration(self, live: lambda_.IFunction) -> apigateway.AwsIntegration:
        """Return what calls the function.

        It is not the CDK's LambdaIntegration, whose permission names the API's stage: the stage
        waits for the deployment, the deployment for this stack, and this stack would wait for the
        stage.
        """
        return apigateway.AwsIntegration(
            service="lambda",
            proxy=True,
            path=f"2015-03-31/functions/{live.function_arn}/invocations",
            options=apigateway.IntegrationOptions(timeout=Duration.seconds(GATEWAY_TIMEOUT_S)),
        )

    def _allow(self, resource: apigateway.IResource, path: str, live: lambda_.IFunction) -> None:
        """Let this route of this API call the function, and nothing else of API Gateway."""
        method = self._endpoint.method
        live.add_permission(
            f"{method}{path.replace('/', '-')}",
            principal=iam.ServicePrincipal("apigateway.amazonaws.com"),
            source_arn=resource.api.arn_for_execute_api(
                method, re.sub(r"\{[^}]*\}", "*", path), self._stage
            ),
        )


def _authorization(
    endpoint: Endpoint, auth: Auth, authorizer: apigateway.IAuthorizer | None
) -> apigateway.AuthorizationType:
    """Return how API Gateway authorizes a caller before it invokes the function."""
    if endpoint.is_for_operators and authorizer is not None:
        return apigateway.AuthorizationType.CUSTOM
    return _AUTHORIZATION[Auth.OPEN if endpoint.is_public else auth]
