"""What a person on call sees and is woken by: one dashboard, the alarms, and where they are sent.

docs/operations.md says for each alarm what it means, what to look at and what to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from cdk.deployment import Deployment
from cdk.endpoints import ENDPOINTS, RECOVER, TASKS
from cdk.stacks.state import StateStack
from cdk.stacks.workflows import WorkflowsStack

NAMESPACE = "NovaPay"
MINUTE = Duration.minutes(1)
FIVE_MINUTES = Duration.minutes(5)

ERROR_RATE_MAX = 0.05
LATENCY_P99_MAX_MS = 3000
FX_FAILURES_MAX = 5
DENIED_ADMIN_CALLS_MAX = 20
"""In five minutes: more than an operator who mistypes a token, fewer than anybody who guesses."""

OPEN_JOB_AGE_MAX_S = 1800
RECOVERY_ERRORS_MAX = 2

SERVICES = tuple(
    sorted({endpoint.service for endpoint in ENDPOINTS} | {task.service for task in TASKS})
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One alarm: what is measured, from which value on, and for how many periods in a row.

    `silence_is_bad` is for what is measured each minute: no data then is an alarm as well.
    """

    name: str
    meaning: str
    metric: cloudwatch.IMetric
    threshold: float
    periods: int = 1
    silence_is_bad: bool = False


class OperationsStack(Stack):
    """The dashboard, the alarms, and the topic that they are sent to."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        deployment: Deployment,
        state: StateStack,
        workflows: WorkflowsStack,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            description=f"NovaPay ({deployment.stage}): dashboard and alarms",
            termination_protection=deployment.keeps_data,
        )
        self._deployment = deployment
        self._dead_letters = workflows.dead_letters
        self._topic = sns.Topic(
            self,
            "Alarms",
            topic_name=f"{deployment.prefix}-alarms",
            master_key=state.key,
            enforce_ssl=True,
        )
        # Enforcing TLS replaces the topic's default policy, by which alarms may publish.
        self._topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsPublish",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self._topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        alarms = [self._alarm(rule) for rule in self._rules()]
        cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=deployment.prefix,
            widgets=[[cloudwatch.AlarmStatusWidget(title="Alarms", alarms=alarms, width=24)]],
        ).add_widgets(*self._graphs())

    def _alarm(self, rule: Rule) -> cloudwatch.Alarm:
        alarm = cloudwatch.Alarm(
            self,
            rule.name,
            alarm_name=f"{self._deployment.prefix}-{rule.name}",
            alarm_description=f"{rule.meaning} See docs/operations.md.",
            metric=rule.metric,
            threshold=rule.threshold,
            evaluation_periods=rule.periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING
            if rule.silence_is_bad
            else cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self._topic))
        return alarm

    def _rules(self) -> Sequence[Rule]:
        return (
            *(
                Rule(
                    f"invariant-violated-{service}",
                    f"CRITICAL: a check of the ledger failed in {service}.",
                    self._ours("ledger_invariant_violations_total", service, period=MINUTE),
                    threshold=1,
                )
                for service in SERVICES
            ),
            *(
                Rule(
                    f"clock-off-{service}",
                    f"The clock of a function of {service} is off: it writes nothing.",
                    self._ours("clocks_refused", service),
                    threshold=1,
                )
                for service in SERVICES
            ),
            Rule(
                "api-errors",
                "More than one request in twenty ends with a 5xx.",
                self._gateway("5XXError", "Average"),
                threshold=ERROR_RATE_MAX,
            ),
            Rule(
                "api-latency",
                "One request in a hundred takes three seconds or more.",
                self._gateway("Latency", "p99"),
                threshold=LATENCY_P99_MAX_MS,
                periods=3,
            ),
            Rule(
                "fx-provider-down",
                "The rate provider gives no rates.",
                self._ours("fx_rate_failures", "fx"),
                threshold=FX_FAILURES_MAX,
            ),
            Rule(
                "admin-calls-denied",
                "Somebody tries tokens that are no operator's.",
                self._ours("admin_calls_denied", "admin"),
                threshold=DENIED_ADMIN_CALLS_MAX,
            ),
            Rule(
                "payroll-stalled",
                "A payroll job has been open for half an hour, or recovery does not run.",
                self._ours("payroll_oldest_open_job", "operations", statistic="Maximum"),
                threshold=OPEN_JOB_AGE_MAX_S,
                periods=2,
                silence_is_bad=True,
            ),
            Rule(
                "recovery-failing",
                "Recovery of payroll jobs fails again and again.",
                self._recovery_errors(),
                threshold=RECOVERY_ERRORS_MAX,
            ),
            Rule(
                "dead-letters",
                "A minute's recovery could not even be called.",
                self._dead_letters.metric_approximate_number_of_messages_visible(),
                threshold=1,
            ),
        )

    def _graphs(self) -> Sequence[cloudwatch.IWidget]:
        money = [
            self._ours("transfers_completed", "transactions"),
            self._ours("fx_transfers_completed", "transactions"),
            self._ours("transfers_refused", "transactions"),
            self._ours("replays", "transactions"),
        ]
        commits = [
            self._ours("commit_conflicts", "transactions"),
            self._ours("commit_retries", "transactions"),
        ]
        payroll = [
            self._ours("payroll_items_paid", "payroll"),
            self._ours("payroll_items_failed", "payroll"),
            self._ours("payroll_jobs_recovered", "operations"),
        ]
        latency = [self._gateway("Latency", statistic) for statistic in ("p50", "p99")]
        errors = [self._gateway(name, "Sum") for name in ("5XXError", "4XXError", "Count")]
        quotes = [self._ours(name, "fx") for name in ("quotes_created", "fx_rate_failures")]
        units = [
            self._ours(name, service)
            for name in ("write_units", "read_units")
            for service in ("transactions", "payroll")
        ]
        return (
            _graph("Transfers by outcome", money),
            _graph("Payroll items", payroll),
            _graph("API latency (ms)", latency),
            _graph("API requests and errors", errors),
            _graph("Commits decided again", commits),
            _graph("Commit latency (ms)", [self._ours("commit_latency", "transactions", "p99")]),
            _graph("Quotes", quotes),
            _graph("Capacity units", units),
        )

    def _ours(
        self, name: str, service: str, statistic: str = "Sum", *, period: Duration = FIVE_MINUTES
    ) -> cloudwatch.Metric:
        """Return one of the metrics that docs/metrics.md lists, as one service emits it."""
        return cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name=name,
            dimensions_map={"service": service, "stage": self._deployment.stage},
            statistic=statistic,
            period=period,
        )

    def _gateway(self, name: str, statistic: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/ApiGateway",
            metric_name=name,
            dimensions_map={
                "ApiName": self._deployment.prefix,
                "Stage": self._deployment.stage,
            },
            statistic=statistic,
            period=FIVE_MINUTES,
        )

    def _recovery_errors(self) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/Lambda",
            metric_name="Errors",
            dimensions_map={"FunctionName": f"{self._deployment.prefix}-{RECOVER.name}"},
            statistic="Sum",
            period=FIVE_MINUTES,
        )


def _graph(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=12, height=6)
