"""The page of every metric."""

from cdk.endpoints import EVERY_FUNCTION
from docs.generate.markdown import GENERATED, code, table
from novapay.observability import METRICS
from novapay.schema import METRICS_NAMESPACE

SERVICES = ", ".join(sorted({code(function.service) for function in EVERY_FUNCTION}))

INTRODUCTION = f"""\
# Metrics

NovaPay writes CloudWatch embedded metrics (EMF) in the namespace `{METRICS_NAMESPACE}`, once for
each invocation, with the two dimensions `stage` and `service`. The services are
{SERVICES}.
A metric that did not occur in an invocation is not written.

`ledger_faults` has a third dimension, `fault`, which says what is broken, its id, the number of
the entry and the reason, as in `wallet 7459b418-5bf1-4128-891d-97164316ce6f 3 wrong-hash`. A fault
is one metric, however often checks find it. The console counts these metrics, so it counts each
fault once.

"""


def page() -> str:
    """Return the page."""
    rows = ((code(name), m.unit.value, m.meaning) for name, m in sorted(METRICS.items()))
    return GENERATED + INTRODUCTION + table(("metric", "unit", "meaning"), rows)
