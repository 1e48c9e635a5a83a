"""`python -m localstack reconcile`: make restored tables whole before functions use them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from rich.console import Console

from localstack.common.failure import LocalFailure
from localstack.common.progress import step
from localstack.restore.report import document_of, lines_of
from novapay.domain.errors import NovaPayError
from novapay.store.resources import Resources
from novapay.usecases.reconcile import carry_out, plan_reconciliation, verify_restored


def reconcile(
    console: Console, resources: Resources, *, since: datetime, writes: bool, report: Path
) -> bool:
    """Plan, and if it is wanted write and check; print the result and store it.

    Args:
        console: where it is printed.
        resources: the restored tables.
        since: when the last seconds begin.
        writes: whether to carry the plan out; else nothing is written.
        report: the file of the report, as JSON.

    Returns:
        whether functions may be pointed at the tables.

    Raises:
        LocalFailure: an item cannot be read, or somebody else wrote.
    """
    verified = None
    try:
        with step(console, "Look for commits that the restore has torn"):
            plan = plan_reconciliation(resources, since=since)
        if writes and not plan.too_old:
            with step(console, f"Make {len(plan.repairs)} repairs"):
                carry_out(resources, plan)
            with step(console, "Check every chain, the sums and the audit log"):
                verified = verify_restored(resources, since=since)
    except NovaPayError as error:
        facts = getattr(error, "facts", {})
        raise LocalFailure(
            f"The tables could not be reconciled: {getattr(error, 'what', error)}.",
            remedy="Nothing is lost: the plan is made anew at each start. If somebody else wrote,"
            " stop them and restore the tables again.",
            evidence=", ".join(f"{name} {value}" for name, value in facts.items()),
        ) from error
    document = document_of(plan, verified)
    report.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    for line in lines_of(document):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    console.print(f"The report is in {report}.", highlight=False, markup=False, soft_wrap=True)
    return verified.is_sound if verified is not None else not (plan.repairs or plan.too_old)
