"""The only code that knows Powertools' Logger and Metrics.

Each invocation writes one log line and one set of metrics, never a body, a name or a token.
"""

from functools import cache
from typing import NamedTuple

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import (
    AmazonCloudWatchEMFProvider,
)

from novapay.domain import errors
from novapay.domain.fault import Fault
from novapay.domain.meter import FAULTS, INVARIANT_VIOLATIONS


class Metric(NamedTuple):
    """A metric's unit, and what it counts or measures."""

    unit: MetricUnit
    meaning: str


METRICS = {
    "wallets_opened": Metric(MetricUnit.Count, "A wallet was opened."),
    "wallets_refused": Metric(MetricUnit.Count, "A wallet was not opened."),
    "wallets_frozen": Metric(MetricUnit.Count, "A wallet was frozen: nothing leaves it."),
    "wallets_unfrozen": Metric(MetricUnit.Count, "A frozen wallet was made active again."),
    "wallets_closed": Metric(MetricUnit.Count, "A wallet was closed for good."),
    "adjustments_completed": Metric(MetricUnit.Count, "A deposit or withdrawal was posted."),
    "adjustments_refused": Metric(MetricUnit.Count, "A deposit or withdrawal was refused."),
    "transfers_completed": Metric(MetricUnit.Count, "A transfer moved money within a currency."),
    "fx_transfers_completed": Metric(
        MetricUnit.Count, "A transfer moved money between two currencies and used its quote."
    ),
    "reversals_completed": Metric(MetricUnit.Count, "A reversal gave money back."),
    "reversals_refused": Metric(MetricUnit.Count, "A reversal was refused; see refused_*."),
    "transfers_refused": Metric(MetricUnit.Count, "A transfer was refused; see refused_*."),
    "holds_created": Metric(MetricUnit.Count, "Money was set aside."),
    "holds_captured": Metric(MetricUnit.Count, "A recipient was paid from a hold."),
    "holds_released": Metric(MetricUnit.Count, "The rest of a hold was returned, as asked."),
    "holds_expired": Metric(MetricUnit.Count, "A hold ended and its rest was returned."),
    "holds_refused": Metric(MetricUnit.Count, "A hold, a capture or a release was refused."),
    "postings_completed": Metric(MetricUnit.Count, "An internal service posted entries."),
    "postings_refused": Metric(MetricUnit.Count, "An internal posting was refused."),
    "quotes_created": Metric(MetricUnit.Count, "A rate was locked."),
    "quotes_refused": Metric(MetricUnit.Count, "A rate was not locked."),
    "quotes_consumed": Metric(MetricUnit.Count, "An internal call used a quote."),
    "fx_rate_failures": Metric(MetricUnit.Count, "The rate provider gave no rates, or old ones."),
    "payroll_jobs_created": Metric(MetricUnit.Count, "A payroll job was accepted."),
    "payroll_jobs_refused": Metric(MetricUnit.Count, "A payroll job was not accepted."),
    "payroll_starts_deferred": Metric(
        MetricUnit.Count, "A job could not be started at once; recovery starts it."
    ),
    "payroll_items_paid": Metric(MetricUnit.Count, "Payroll items that were paid."),
    "payroll_items_failed": Metric(MetricUnit.Count, "Payroll items that failed for good."),
    "payroll_oldest_open_job": Metric(
        MetricUnit.Seconds, "How long the oldest unfinished job has been open; each minute."
    ),
    "payroll_jobs_recovered": Metric(MetricUnit.Count, "Recovery started a job again."),
    "tokens_refused": Metric(MetricUnit.Count, "A bearer token was refused."),
    "admin_calls_denied": Metric(
        MetricUnit.Count, "An admin call came with a token that is no operator's."
    ),
    "replays": Metric(MetricUnit.Count, "A known key was answered with its stored answer."),
    "commit_conflicts": Metric(MetricUnit.Count, "DynamoDB cancelled a commit."),
    "commit_retries": Metric(MetricUnit.Count, "A decision was made again from a new read."),
    "commit_latency": Metric(MetricUnit.Milliseconds, "How long a commit took."),
    "clocks_refused": Metric(
        MetricUnit.Count, "A function refused to commit or to check: its clock is off."
    ),
    "read_units": Metric(MetricUnit.Count, "Read capacity units that batch reads used."),
    "write_units": Metric(MetricUnit.Count, "Write capacity units that commits used."),
    "failures": Metric(MetricUnit.Count, "A call met an error that nobody foresaw."),
    INVARIANT_VIOLATIONS: Metric(MetricUnit.Count, "A check of the ledger failed. Critical at 1."),
    FAULTS: Metric(MetricUnit.Count, "A check of the ledger met the fault that `fault` names."),
    **{
        refusal.metric(): Metric(MetricUnit.Count, f"{(refusal.__doc__ or '').splitlines()[0]}")
        for refusal in errors.Refusal.__subclasses__()
    },
}


class EmfMeter:
    """Counts into the metrics of the current invocation, written out by `flush`."""

    def count(self, name: str, value: float = 1) -> None:
        """Add to a metric; see `novapay.domain.meter.Meter`.

        Raises:
            KeyError: the metric is not in METRICS.
        """
        _metrics().add_metric(name=name, unit=METRICS[name].unit, value=value)

    def violation(self, *faults: Fault) -> None:
        """Count a failed check; see `novapay.domain.meter.Meter`. Each fault is a line at once."""
        self.count(INVARIANT_VIOLATIONS)
        for fault in faults:
            line = AmazonCloudWatchEMFProvider()
            line.set_default_dimensions(**_metrics().default_dimensions, fault=str(fault))
            line.add_metric(name=FAULTS, unit=METRICS[FAULTS].unit, value=1)
            line.flush_metrics()


def name_stage(stage: str) -> None:
    """Tell this stage's metrics from those of another one in the same account."""
    _metrics().set_default_dimensions(stage=stage)


def flush() -> None:
    """Write the invocation's metrics to standard output, where CloudWatch finds them."""
    if _metrics().metric_set:
        _metrics().flush_metrics()


def log_request(**fields: object) -> None:
    """Write the one log line of an invocation."""
    _logger().info("request", extra=_safe(fields))


def log_event(event: str, **fields: object) -> None:
    """Write one more line, for something that an operator should see."""
    _logger().info(event, extra=_safe(fields))


def log_failure(error: Exception, **fields: object) -> None:
    """Write an unexpected error with its stack trace, for an operator, and count it."""
    EmfMeter().count("failures")
    if isinstance(error, errors.InvariantViolated):
        fields = {**error.facts, "violated": error.what, **fields}
    _logger().error("failure", exc_info=error, extra=_safe(fields))


def _safe(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


@cache
def _metrics() -> AmazonCloudWatchEMFProvider:
    return AmazonCloudWatchEMFProvider()


@cache
def _logger() -> Logger:
    return Logger(utc=True, use_rfc3339=True)
