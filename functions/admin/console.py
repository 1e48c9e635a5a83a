"""GET /admin/console: the ops console, a page, and the files that it is made of."""

from aws_lambda_powertools.event_handler import Response

from novapay.http import api, files
from novapay.http.entrypoint import entrypoint

app = api.resolver()


@app.get(
    "/admin/console",
    **files.operation("console", summary="Open the ops console", kind="text/html"),
)
def console() -> Response[str]:
    """The page for operators on call; it knows nothing until somebody signs in on it."""
    return files.serve(app, files.PAGE)


@app.get(
    "/admin/console/<asset>",
    **files.operation("console_asset", summary="Get a file of the ops console", kind="*/*"),
)
def console_asset(asset: files.Asset) -> Response[str]:
    """What the page is made of: its scripts, styles and pictures."""
    return files.serve(app, asset)


handler = entrypoint(app)
