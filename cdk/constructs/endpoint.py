"""The function and the routes of one line of `cdk.endpoints`."""

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
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
OPEN = "The open local stage is refused on AWS, and an emulator answers only this machine."


class EndpointConstruct(Construct):
    """A function with its own role and log group, behind its routes of the API."""

    def __init__(
        self,
        scope: Construct,
        *,
        endpoint: Endpoint,
        api: apigateway.RestApi,
        foundation: Foundation,
        authorizer: apigateway.IAuthorizer | None,
    ) -> None:
        super().__init__(scope, endpoint.construct_id)
        self.function = HandlerFunction(
            self,
            "Handler",
            spec=endpoint,
            foundation=foundation,
        )
        auth = _authorization(endpoint, foundation.deployment.auth, authorizer)
        for path in endpoint.paths:
            method = api.root.resource_for_path(path).add_method(
                endpoint.method,
                apigateway.LambdaIntegration(
                    self.function.live,
                    allow_test_invoke=False,
                    timeout=Duration.seconds(GATEWAY_TIMEOUT_S),
                ),
                operation_name=endpoint.name,
                authorization_type=auth,
                authorizer=authorizer if auth is apigateway.AuthorizationType.CUSTOM else None,
            )
            if auth is apigateway.AuthorizationType.NONE:
                acknowledge(method, "APIG4", PUBLIC if endpoint.is_public else OPEN)


def _authorization(
    endpoint: Endpoint, auth: Auth, authorizer: apigateway.IAuthorizer | None
) -> apigateway.AuthorizationType:
    """Return how API Gateway authorizes a caller before it invokes the function."""
    if endpoint.is_for_operators and authorizer is not None:
        return apigateway.AuthorizationType.CUSTOM
    return _AUTHORIZATION[Auth.OPEN if endpoint.is_public else auth]
