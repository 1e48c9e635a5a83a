"""GET /admin/figures: how much of what happened in the last day."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.http import api
from novapay.http.admin import admin_entrypoint
from novapay.http.errors import Unauthorized
from novapay.http.schemas.admin import FiguresBody
from novapay.usecases import get_figures as usecase
from novapay.wiring import admin, figures

app = api.resolver()


@app.get(
    "/admin/figures",
    **api.operation(
        "get_figures",
        service="admin",
        summary="Get the figures of the last day, by the hour",
        model=FiguresBody,
        errors=(Unauthorized,),
    ),
)
def get_figures() -> Response[str]:
    """What was counted in each hour of the last day, as on the dashboard."""
    report = usecase.get_figures(figures.figures(), now=wiring.resources().now())
    return api.reply(FiguresBody.of(report))


handler = admin_entrypoint(app, admin.gate, "get_figures")
