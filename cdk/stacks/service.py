"""The functions and the routes of one service, in a template of their own.

A template of CloudFormation holds at most 500 resources, and one route takes about eight. So each
service is a nested stack: one deployment still changes all of them, or none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aws_cdk import NestedStack
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cdk.constructs.endpoint import EndpointConstruct
from cdk.constructs.handler_function import Foundation
from cdk.endpoints import Endpoint


@dataclass(frozen=True, slots=True)
class Gateway:
    """What the routes of all services share.

    Attributes:
        api: the API that they are routes of.
        tops: the first part of each path, such as `accounts`, by its name. It belongs to the API,
            because the health routes of all services are in another template than their others.
        callers: asks who is calling; None if the API asks nobody, or AWS itself.
        operators: asks for the token of an operator; None where authorizers are not asked.
    """

    api: apigateway.RestApi
    tops: Mapping[str, apigateway.IResource]
    callers: apigateway.IAuthorizer | None
    operators: apigateway.IAuthorizer | None


class ServiceStack(NestedStack):
    """One function for each endpoint of a service, and its routes."""

    def __init__(
        self,
        scope: Construct,
        service: str,
        *,
        endpoints: Iterable[Endpoint],
        gateway: Gateway,
        foundation: Foundation,
    ) -> None:
        stage = foundation.deployment.stage
        super().__init__(
            scope, service.title(), description=f"NovaPay ({stage}): the routes of {service}"
        )
        self._gateway = gateway
        self._branches: dict[str, apigateway.Resource] = {}
        for endpoint in endpoints:
            EndpointConstruct(
                self,
                endpoint=endpoint,
                resources={path: self._resource(path) for path in endpoint.paths},
                foundation=foundation,
                authorizer=gateway.operators if endpoint.is_for_operators else gateway.callers,
            )

    def _resource(self, path: str) -> apigateway.IResource:
        """Return the resource of a path; all below its first part is made in this stack."""
        top, *below = path.removeprefix("/").split("/")
        if not below:
            return self._gateway.tops[top]
        first, *rest = below
        branch = f"{top}-{first}"
        if branch not in self._branches:
            self._branches[branch] = apigateway.Resource(
                self, branch, parent=self._gateway.tops[top], path_part=first
            )
        return self._branches[branch].resource_for_path("/".join(rest))
