"""An error as clients read it (RFC 9457)."""

from pydantic import Field

from novapay.http.schemas.fields import Body


class ProblemFault(Body):
    """One fault of a request: a JSON pointer into the body, or `/query/…`, `/path/…`."""

    pointer: str = Field(
        description="Where the fault is: a JSON pointer into the body, or `/query/…`, `/path/…`, "
        "`/header/…`."
    )
    detail: str = Field(description="What is wrong there, as a sentence.")


class Problem(Body):
    """An error. `code` is stable; `retryable` says that the same request may succeed later."""

    type: str = Field(description="A URN that ends in the code: `urn:novapay:problem:…`.")
    title: str = Field(
        description="The code as a heading, the same for every problem of this code."
    )
    status: int = Field(description="The HTTP status, again.")
    detail: str = Field(
        description="What is wrong with this request, as a sentence; show it, do not parse it."
    )
    code: str = Field(description="The stable name of the problem: branch on it.")
    request_id: str = Field(
        description="The request's id, as in `x-request-id`: name it when you ask for help."
    )
    retryable: bool = Field(
        description="Whether the same request, with the same key, may succeed later; then `Retry- "
        "After` says when."
    )
    errors: list[ProblemFault] | None = Field(
        default=None, description="Every fault of the request; only there with 400."
    )
    transaction_id: str | None = Field(
        default=None,
        description="The id of the FAILED transfer that keeps the refusal, or of the movement that "
        "has the reference; only there with one.",
    )
