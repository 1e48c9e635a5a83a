"""Starts functions from a snapshot (SnapStart), in the Regions that have snapshots."""

from aws_cdk import Aws, CfnCondition, Fn, Stack
from aws_cdk import aws_lambda as lambda_

WITHOUT_SNAPSHOTS = ("ap-east-2", "ap-southeast-6")
"""The commercial Regions without SnapStart: Taipei and New Zealand.

Source: https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html, "Supported Regions", read in
November 2026. A template is for every Region, so it decides where it is deployed.
"""

CALLED_EVERY_DAY = ("accounts/", "fx/", "transactions/", "ledger/", "operations/authorize")
"""Prefixes of the modules that start from a snapshot.

AWS deletes the snapshot of a version that is not called for 14 days, and fails the next call. So
functions for payroll and for operators have none.
"""


def start_from_snapshot(function: lambda_.Function, module: str) -> None:
    """Let the versions of a function start from a snapshot, if it is called every day."""
    resource = function.node.default_child
    if not module.startswith(CALLED_EVERY_DAY) or not isinstance(resource, lambda_.CfnFunction):
        return
    resource.snap_start = Fn.condition_if(
        _has_snapshots(Stack.of(function)).logical_id,
        {"ApplyOn": "PublishedVersions"},
        Aws.NO_VALUE,
    )


def _has_snapshots(stack: Stack) -> CfnCondition:
    """Return the condition of a stack that its Region has snapshots."""
    made = stack.node.try_find_child("HasSnapshots")
    if isinstance(made, CfnCondition):
        return made
    missing = [Fn.condition_equals(Aws.REGION, region) for region in WITHOUT_SNAPSHOTS]
    return CfnCondition(
        stack, "HasSnapshots", expression=Fn.condition_not(Fn.condition_or(*missing))
    )
