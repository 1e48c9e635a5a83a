"""An error as clients read it (RFC 9457)."""

from novapay.http.schemas.fields import Body


class ProblemFault(Body):
    """One fault of a request: a JSON pointer into the body, or `/query/…`, `/path/…`."""

    pointer: str
    detail: str


class Problem(Body):
    """An error. `code` is stable; `retryable` says that the same request may succeed later."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    retryable: bool
    errors: list[ProblemFault] | None = None
    transaction_id: str | None = None
