"""Moves the traffic of a function to a new version step by step, and back if the version fails."""

from dataclasses import dataclass
from typing import Self

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.constructs.acknowledged import acknowledge
from cdk.deployment import Deployment, Rollout
from novapay.schema import METRICS_NAMESPACE

FAILURES_MAX = 3
"""Failures in a minute that move the traffic back; one alone may be another service's."""

STEP = codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES


@dataclass(frozen=True, slots=True)
class Canary:
    """What the functions of a stack share for their rollout: CodeDeploy's application and role."""

    application: codedeploy.ILambdaApplication
    role: iam.IRole

    @classmethod
    def of(cls, scope: Construct, deployment: Deployment) -> Self | None:
        """Return it for the functions of one stack; None if new versions get all traffic at once.

        The alarms and groups of the functions are made in the stack of each function.
        """
        if deployment.rollout is not Rollout.CANARY:
            return None
        role = iam.Role(
            scope,
            "RolloutRole",
            assumed_by=iam.ServicePrincipal("codedeploy.amazonaws.com"),
        )
        acknowledge(
            role,
            "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
            "AWSCodeDeployRoleForLambdaLimited]",
            "AWS maintains this policy for exactly what CodeDeploy does with an alias.",
        )
        return cls(codedeploy.LambdaApplication(scope, "Rollout"), role)

    def watch(
        self, scope: Construct, alias: lambda_.Alias, deployment: Deployment, service: str
    ) -> None:
        """Let each new version serve a tenth of the calls for five minutes, and then all.

        If the function or its service fails meanwhile, the alias points at the old version again
        and the deployment of the stack is rolled back.
        """
        crashes = cloudwatch.Alarm(
            scope,
            "Crashes",
            alarm_description="The function ends with an error or runs into its timeout.",
            metric=alias.metric_errors(period=Duration.minutes(1)),
            threshold=FAILURES_MAX,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        codedeploy.LambdaDeploymentGroup(
            scope,
            "Group",
            application=self.application,
            role=self.role,
            alias=alias,
            deployment_config=STEP,
            alarms=[crashes, _failures(Stack.of(scope), deployment, service)],
            auto_rollback=codedeploy.AutoRollbackConfig(
                failed_deployment=True, stopped_deployment=True, deployment_in_alarm=True
            ),
        )


def _failures(stack: Stack, deployment: Deployment, service: str) -> cloudwatch.Alarm:
    """Return the alarm about unexpected errors of a service, which its functions answer with 500.

    Lambda does not count such a call as an error. There is one alarm for each service and stack.
    """
    name = f"{service.title()}Failures"
    made = stack.node.try_find_child(name)
    if isinstance(made, cloudwatch.Alarm):
        return made
    return cloudwatch.Alarm(
        stack,
        name,
        alarm_description=f"Calls of {service} meet errors that nobody foresaw.",
        metric=cloudwatch.Metric(
            namespace=METRICS_NAMESPACE,
            metric_name="failures",
            dimensions_map={"service": service, "stage": deployment.stage},
            statistic="Sum",
            period=Duration.minutes(1),
        ),
        threshold=FAILURES_MAX,
        evaluation_periods=1,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )
