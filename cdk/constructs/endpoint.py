"""One line of `cdk.endpoints` made real: its function and its routes."""

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cdk.constructs.handler_function import Foundation, HandlerFunction
from cdk.endpoints import Endpoint


class EndpointConstruct(Construct):
    """A function with its own role and log group, behind its routes of the API."""

    def __init__(
        self,
        scope: Construct,
        *,
        endpoint: Endpoint,
        api: apigateway.RestApi,
        foundation: Foundation,
    ) -> None:
        super().__init__(scope, endpoint.construct_id)
        self.function = HandlerFunction(
            self,
            "Handler",
            spec=endpoint,
            foundation=foundation,
        )
        is_open = endpoint.is_public or foundation.deployment.is_open
        auth = apigateway.AuthorizationType
        for path in endpoint.paths:
            api.root.resource_for_path(path).add_method(
                endpoint.method,
                apigateway.LambdaIntegration(self.function.live, allow_test_invoke=False),
                operation_name=endpoint.name,
                authorization_type=auth.NONE if is_open else auth.IAM,
            )
