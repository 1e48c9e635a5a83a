"""Get the figures of the last day."""

from datetime import datetime

from novapay.domain.fault import distinct
from novapay.domain.figures import FigureReport, Window
from novapay.domain.ports import Figures


def get_figures(figures: Figures, *, now: datetime) -> FigureReport:
    """Return how often each event happened in this hour and in each of the 23 before it, and
    where the ledger was found broken in them.

    Raises:
        Unavailable: CloudWatch did not answer.
    """
    window = Window.last_day(now)
    return FigureReport(
        window,
        tuple(figures.hourly(window)),
        tuple(distinct(figures.faults(window))),
    )
