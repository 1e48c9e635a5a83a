"""A web application firewall for the API's stage: AWS's rules, and a limit for each address."""

from dataclasses import dataclass

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from cdk.constructs.log_group import kept_log_group
from cdk.deployment import Deployment

WINDOW_S = 300
"""Seconds over which the requests of an address are counted against its limit."""

SECRET_HEADERS = ("authorization", "x-admin-token")
"""Headers that the firewall's log must not contain."""


BLOCKED_ONLY = {
    "DefaultBehavior": "DROP",
    "Filters": [
        {
            "Behavior": "KEEP",
            "Requirement": "MEETS_ANY",
            "Conditions": [{"ActionCondition": {"Action": "BLOCK"}}],
        }
    ],
}
"""Only refused requests are logged; the access log of the API has every request already."""


@dataclass(frozen=True, slots=True)
class ManagedRules:
    """A group of rules that AWS maintains, and the rules in it that count but do not block."""

    name: str
    only_counted: tuple[str, ...] = ()


MANAGED = (
    ManagedRules("AWSManagedRulesAmazonIpReputationList"),
    # SizeRestrictions_BODY refuses bodies over 8 KB, and a payroll job may have 5 MB. The functions
    # limit each body themselves, before they parse it.
    ManagedRules("AWSManagedRulesCommonRuleSet", only_counted=("SizeRestrictions_BODY",)),
    ManagedRules("AWSManagedRulesKnownBadInputsRuleSet"),
)


class WebAcl(Construct):
    """The firewall of one stage, with its log."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        stage: apigateway.Stage,
        requests_per_address: int,
    ) -> None:
        super().__init__(scope, construct_id)
        name = f"{deployment.prefix}-api"
        acl = wafv2.CfnWebACL(
            self,
            "Acl",
            name=name,
            scope="REGIONAL",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_visibility(name),
            rules=[
                _limit(requests_per_address),
                *(_managed(rules, priority) for priority, rules in enumerate(MANAGED, start=1)),
            ],
        )
        wafv2.CfnWebACLAssociation(
            self, "Association", resource_arn=stage.stage_arn, web_acl_arn=acl.attr_arn
        )
        # AWS requires the name to begin with `aws-waf-logs-`.
        log_group = kept_log_group(self, "Log", f"aws-waf-logs-{name}", deployment)
        wafv2.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=acl.attr_arn,
            log_destination_configs=[_arn_of(log_group)],
            logging_filter=BLOCKED_ONLY,
            redacted_fields=[
                wafv2.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": header})
                for header in SECRET_HEADERS
            ],
        )


def _arn_of(log_group: logs.LogGroup) -> str:
    """Return the ARN as a firewall takes it: the attribute `Arn` ends in `:*`, which it refuses."""
    return Stack.of(log_group).format_arn(
        service="logs",
        resource="log-group",
        resource_name=log_group.log_group_name,
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )


def _limit(requests: int) -> wafv2.CfnWebACL.RuleProperty:
    name = "RequestsPerAddress"
    return wafv2.CfnWebACL.RuleProperty(
        name=name,
        priority=0,
        action=wafv2.CfnWebACL.RuleActionProperty(block={}),
        statement=wafv2.CfnWebACL.StatementProperty(
            rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                aggregate_key_type="IP", limit=requests, evaluation_window_sec=WINDOW_S
            )
        ),
        visibility_config=_visibility(name),
    )


def _managed(rules: ManagedRules, priority: int) -> wafv2.CfnWebACL.RuleProperty:
    count = wafv2.CfnWebACL.RuleActionProperty(count={})
    return wafv2.CfnWebACL.RuleProperty(
        name=rules.name,
        priority=priority,
        override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
        statement=wafv2.CfnWebACL.StatementProperty(
            managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                vendor_name="AWS",
                name=rules.name,
                rule_action_overrides=[
                    wafv2.CfnWebACL.RuleActionOverrideProperty(name=name, action_to_use=count)
                    for name in rules.only_counted
                ],
            )
        ),
        visibility_config=_visibility(rules.name),
    )


def _visibility(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )
