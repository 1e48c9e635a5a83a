"""GET /admin/figures: how much of what happened in the last day."""

from novapay import wiring
from novapay.http.admin import AdminEndpoint
from novapay.http.schemas.admin import FiguresBody
from novapay.usecases import get_figures as usecase
from novapay.wiring import admin, figures

endpoint = AdminEndpoint(__file__, admin.operators, admin.record)


@endpoint.get("/admin/figures", "Get the figures of the last day, by the hour")
def get_figures() -> FiguresBody:
    """What was counted in each hour of the last day, as on the dashboard."""
    report = usecase.get_figures(figures.figures(), now=wiring.resources().now())
    return FiguresBody.of(report)


handler = endpoint.handler
