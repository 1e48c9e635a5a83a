"""Look at the figures of the last day."""

from datetime import datetime

from novapay.domain.figures import SERVICES_OF, FigureReport, Window
from novapay.domain.ports import Figures


def get_figures(figures: Figures, *, now: datetime) -> FigureReport:
    """Return how much of what happened, by the hour, in this hour and the 23 before it.

    Raises:
        Unavailable: CloudWatch did not answer.
    """
    window = Window.last_day(now)
    return FigureReport(window, tuple(figures.hourly(SERVICES_OF, window)))
