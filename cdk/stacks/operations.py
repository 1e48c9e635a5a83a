"""What the person on call uses: one dashboard, the alarms, and the topic that they notify.

docs/operations.md says for each alarm what it means, where to look and what to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from cdk.constructs.key_watch import watch_keys
from cdk.deployment import Deployment
from cdk.endpoints import ENDPOINTS, EXPIRE_HOLDS, PAY_LANE, RECOVER, TASKS
from cdk.stacks.state import StateStack
from cdk.stacks.workflows import WorkflowsStack
from novapay.schema import METRICS_NAMESPACE, TABLES

MINUTE = Duration.minutes(1)
FIVE_MINUTES = Duration.minutes(5)

ERROR_RATE_MAX = 0.05
LATENCY_P99_MAX_MS = 3000
FX_FAILURES_MAX = 5
DENIED_ADMIN_CALLS_MAX = 20
"""Denied admin calls in five minutes that raise the alarm.

An operator who mistypes a token makes fewer; an attacker who guesses tokens makes more.
"""

OPEN_JOB_AGE_MAX_S = 1800
RECOVERY_ERRORS_MAX = 2
METRICS_OF_AN_ALARM_MAX = 10
THROTTLES_MAX = 20
"""In five minutes. A throttled commit is tried again, so a few cost only time."""

THROTTLED_PERIODS = 2
"""How many periods of five minutes in a row: a table that has just been made throttles while it
grows."""

SERVICES = tuple(
    sorted({endpoint.service for endpoint in ENDPOINTS} | {task.service for task in TASKS})
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One alarm.

    Attributes:
        name: its name, behind the prefix of the stage.
        meaning: its description, in one sentence.
        metric: what is measured.
        threshold: it fires at this value and above.
        periods: for how many periods in a row.
        silence_is_bad: whether missing data raises it too; for a metric that comes every minute.
    """

    name: str
    meaning: str
    metric: cloudwatch.IMetric
    threshold: float
    periods: int = 1
    silence_is_bad: bool = False


class OperationsStack(Stack):
    """The dashboard, the alarms, and the topic that they notify."""

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
        self._payroll = workflows.payroll
        self._tables = [deployment.table_name(table) for table in TABLES]
        self._topic = sns.Topic(
            self,
            "Alarms",
            topic_name=f"{deployment.prefix}-alarms",
            master_key=state.key,
            enforce_ssl=True,
        )
        # Enforcing TLS replaces the topic's default policy, which allowed alarms to publish.
        self._topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsPublish",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self._topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        self._key_events = watch_keys(
            self, deployment, [state.key, state.field_key, state.seal_key]
        )
        alarms = [
            self._alarm(rule)
            for rule in self._rules()
            if deployment.target.knows_metric_math
            or not isinstance(rule.metric, cloudwatch.MathExpression)
        ]
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
            *self._integrity_rules(),
            *self._api_rules(),
            *self._payroll_rules(),
            *self._capacity_rules(),
        )

    def _integrity_rules(self) -> Sequence[Rule]:
        """Return the alarms about what must never happen."""
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
                    f"The clock of a function of {service} is wrong, so it writes nothing.",
                    self._ours("clocks_refused", service),
                    threshold=1,
                )
                for service in SERVICES
            ),
            Rule(
                "key-in-danger",
                "CRITICAL: a key was disabled or is to be deleted.",
                self._key_events.metric_approximate_number_of_messages_visible(),
                threshold=1,
            ),
        )

    def _api_rules(self) -> Sequence[Rule]:
        """Return the alarms about what callers of the API notice."""
        return (
            Rule(
                "api-errors",
                "At least one request in twenty ends with a 5xx.",
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
                "Many admin calls have a token that no operator has.",
                self._ours("admin_calls_denied", "admin"),
                threshold=DENIED_ADMIN_CALLS_MAX,
            ),
        )

    def _payroll_rules(self) -> Sequence[Rule]:
        """Return the alarms about payroll runs and their recovery."""
        return (
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
                "The recovery of payroll jobs fails repeatedly.",
                self._of_function("Errors", RECOVER.name),
                threshold=RECOVERY_ERRORS_MAX,
            ),
            Rule(
                "holds-not-ending",
                "The money of holds that have ended cannot be returned.",
                self._of_function("Errors", EXPIRE_HOLDS.name),
                threshold=RECOVERY_ERRORS_MAX,
            ),
            Rule(
                "payroll-run-failed",
                "A run of payroll failed, was stopped or took too long.",
                self._failed_runs(),
                threshold=1,
            ),
            Rule(
                "dead-letters",
                "EventBridge could not call the recovery of payroll jobs, or what ends holds.",
                self._dead_letters.metric_approximate_number_of_messages_visible(),
                threshold=1,
            ),
        )

    def _capacity_rules(self) -> Sequence[Rule]:
        """Return the alarms about calls that AWS refused because too many came at once."""
        return (
            Rule(
                "tables-throttled-reading",
                "DynamoDB refuses reads: a table or a partition gets more than it takes.",
                self._throttled_tables("ReadThrottleEvents"),
                threshold=THROTTLES_MAX,
                periods=THROTTLED_PERIODS,
            ),
            Rule(
                "tables-throttled-writing",
                "DynamoDB refuses writes: a table or a partition gets more than it takes.",
                self._throttled_tables("WriteThrottleEvents"),
                threshold=THROTTLES_MAX,
                periods=THROTTLED_PERIODS,
            ),
            Rule(
                "functions-throttled",
                "Lambda refuses calls: the account's concurrent executions are used up.",
                self._throttled_functions(),
                threshold=THROTTLES_MAX,
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
        """Return a metric that docs/metrics.md lists, as one service emits it."""
        return cloudwatch.Metric(
            namespace=METRICS_NAMESPACE,
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

    def _throttled_tables(self, name: str) -> cloudwatch.MathExpression:
        """Return a metric of DynamoDB, added up over the tables and their indexes.

        Raises ValueError for more than ten tables: an alarm's expression takes no more metrics.
        """
        if len(self._tables) > METRICS_OF_AN_ALARM_MAX:
            raise ValueError("an alarm adds up ten tables at most: make it two alarms")
        metrics = {
            f"m{number}": cloudwatch.Metric(
                namespace="AWS/DynamoDB",
                metric_name=name,
                dimensions_map={"TableName": table},
                statistic="Sum",
                period=FIVE_MINUTES,
            )
            for number, table in enumerate(self._tables)
        }
        terms = " + ".join(f"FILL({term}, 0)" for term in metrics)
        return cloudwatch.MathExpression(
            expression=terms, using_metrics=metrics, label=name, period=FIVE_MINUTES
        )

    def _throttled_functions(self) -> cloudwatch.MathExpression:
        """Return the refused calls of all functions but the lanes, which wait for their turn."""
        return cloudwatch.MathExpression(
            expression="all - FILL(lanes, 0)",
            using_metrics={
                "all": cloudwatch.Metric(
                    namespace="AWS/Lambda",
                    metric_name="Throttles",
                    statistic="Sum",
                    period=FIVE_MINUTES,
                ),
                "lanes": self._of_function("Throttles", PAY_LANE.name),
            },
            label="Throttles",
            period=FIVE_MINUTES,
        )

    def _failed_runs(self) -> cloudwatch.MathExpression:
        metrics = {
            "failed": self._payroll.metric_failed(period=FIVE_MINUTES),
            "stopped": self._payroll.metric_aborted(period=FIVE_MINUTES),
            "late": self._payroll.metric_timed_out(period=FIVE_MINUTES),
        }
        terms = " + ".join(f"FILL({term}, 0)" for term in metrics)
        return cloudwatch.MathExpression(
            expression=terms, using_metrics=metrics, label="Failed runs", period=FIVE_MINUTES
        )

    def _of_function(self, name: str, function: str) -> cloudwatch.Metric:
        """Return a metric of Lambda for one of our functions."""
        return cloudwatch.Metric(
            namespace="AWS/Lambda",
            metric_name=name,
            dimensions_map={"FunctionName": f"{self._deployment.prefix}-{function}"},
            statistic="Sum",
            period=FIVE_MINUTES,
        )


def _graph(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=12, height=6)
