"""Log groups are explicit, because AWS keeps the logs of those it creates itself for ever."""

from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.deployment import Deployment

RETENTION = logs.RetentionDays.ONE_YEAR
RETENTION_OF_DISPOSABLE = logs.RetentionDays.ONE_WEEK


def kept_log_group(
    scope: Construct, construct_id: str, name: str, deployment: Deployment
) -> logs.LogGroup:
    """Return the log group `name`, kept for a year, or for a week if the stage is disposable."""
    return logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        retention=RETENTION if deployment.keeps_data else RETENTION_OF_DISPOSABLE,
        removal_policy=deployment.removal_policy,
    )
