"""GET /admin/console: the ops console, a page, and the files that it is made of."""

from aws_lambda_powertools.event_handler import Response

from novapay.http.files import PAGE, Asset, FileEndpoint

endpoint = FileEndpoint(__file__)


@endpoint.file("/admin/console", "Open the ops console", kind="text/html")
def console() -> Response[str]:
    """The page for operators on call; it knows nothing until somebody signs in on it."""
    return endpoint.serve(PAGE)


@endpoint.file("/admin/console/<asset>", "Get a file of the ops console", kind="*/*")
def console_asset(asset: Asset) -> Response[str]:
    """What the page is made of: its scripts, styles and pictures."""
    return endpoint.serve(asset)


handler = endpoint.handler
