"""One line of `cdk.endpoints` made real: its function and its routes."""

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cdk.constructs.handler_function import Foundation, HandlerFunction
from cdk.deployment import Auth
from cdk.endpoints import Endpoint

_AUTHORIZATION = {
    Auth.OPEN: apigateway.AuthorizationType.NONE,
    Auth.IAM: apigateway.AuthorizationType.IAM,
    Auth.JWT: apigateway.AuthorizationType.CUSTOM,
}


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
        auth = _AUTHORIZATION[Auth.OPEN if endpoint.is_public else foundation.deployment.auth]
        for path in endpoint.paths:
            api.root.resource_for_path(path).add_method(
                endpoint.method,
                apigateway.LambdaIntegration(self.function.live, allow_test_invoke=False),
                operation_name=endpoint.name,
                authorization_type=auth,
                authorizer=authorizer if auth is _AUTHORIZATION[Auth.JWT] else None,
            )
