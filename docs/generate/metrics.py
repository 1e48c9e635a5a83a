"""The page of every metric."""

from cdk.endpoints import EVERY_FUNCTION
from docs.generate.markdown import GENERATED, code, table
from novapay.observability import METRICS

SERVICES = ", ".join(sorted({code(function.service) for function in EVERY_FUNCTION}))

INTRODUCTION = f"""\
# Metrics

CloudWatch embedded metrics (EMF) in the namespace `NovaPay`, written once an invocation, with two
dimensions, `stage` and `service`:
{SERVICES}.
A metric that did not occur is not written.

`ledger_faults` has a third dimension, `fault`: what is broken, which one, the number of the entry
and why, as in `wallet 7459b418-5bf1-4128-891d-97164316ce6f 3 wrong-hash`. However often checks meet
one fault, it is one metric; the console counts those, and not how often somebody looked.

"""


def page() -> str:
    """Return the page."""
    rows = ((code(name), m.unit.value, m.meaning) for name, m in sorted(METRICS.items()))
    return GENERATED + INTRODUCTION + table(("metric", "unit", "one more means"), rows)
