"""The error tree and its one table: every error has a form, a slug of its own and a sentence."""

import json
import re
from dataclasses import MISSING, fields, is_dataclass

import pytest

from novapay.domain import errors
from novapay.domain.errors import FieldError, InvalidInput, NovaPayError, Refusal
from novapay.http import errors as http_errors
from novapay.http.problems import FORMS, form_of, problem, problem_json
from novapay.http.responses import error_response, problem_event
from novapay.observability import METRICS


def tree(kind: type[NovaPayError]) -> list[type[NovaPayError]]:
    """Return a class of errors and all below it."""
    return [kind, *(below for child in kind.__subclasses__() for below in tree(child))]


# Other suites make errors of their own; only those of the package are the product's.
ERRORS = [kind for kind in tree(NovaPayError) if kind.__module__.startswith("novapay.")]

CONTRACT = {
    errors.InvalidInput: (400, False),
    errors.InvalidAmount: (400, False),
    errors.InvalidCurrency: (400, False),
    http_errors.MalformedBody: (400, False),
    http_errors.IdempotencyKeyMissing: (400, False),
    http_errors.IdempotencyKeyInvalid: (400, False),
    http_errors.UnsupportedMediaType: (415, False),
    http_errors.PayloadTooLarge: (413, False),
    http_errors.RouteNotFound: (404, False),
    errors.WalletNotFound: (404, False),
    errors.TransferNotFound: (404, False),
    errors.TransactionNotFound: (404, False),
    errors.InsufficientFunds: (422, False),
    errors.CurrencyMismatch: (422, False),
    errors.WalletInactive: (422, False),
    errors.WalletOwnerMismatch: (422, False),
    errors.SameWallet: (422, False),
    errors.UnbalancedPosting: (422, False),
    errors.IdempotencyKeyReused: (409, False),
    errors.TransactionExists: (409, False),
    errors.Contention: (503, True),
    errors.StoreUnavailable: (503, True),
    errors.InvariantViolated: (500, True),
    errors.NovaPayError: (500, True),
}


def an_instance(kind: type[NovaPayError]) -> NovaPayError:
    """Return an error of a class, with made-up facts."""
    if not is_dataclass(kind):
        return kind()
    required = (
        field
        for field in fields(kind)
        if field.default is MISSING and field.default_factory is MISSING
    )
    return kind(**{field.name: 7 if field.type is int else "FACT" for field in required})


@pytest.mark.parametrize(("kind", "form"), CONTRACT.items())
def test_an_error_has_the_status_of_the_contract(
    kind: type[NovaPayError], form: tuple[int, bool]
) -> None:
    assert form_of(kind) == form


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_becomes_a_whole_problem(kind: type[NovaPayError]) -> None:
    document = problem(an_instance(kind), request_id="request-1")

    assert {"type", "title", "status", "detail", "code", "requestId", "retryable"} <= set(document)
    assert document["status"] == form_of(kind).status
    assert document["code"] == kind.code
    assert document["type"].endswith(kind.code)
    assert document["requestId"] == "request-1"
    assert document["title"]
    assert document["title"][0].isupper()
    assert document["detail"]


@pytest.fixture(autouse=True)
def _metrics_have_a_namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    """As each function's environment says; a violation is a line of metrics at once."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "NovaPay")


@pytest.mark.parametrize("kind", ERRORS)
def test_what_may_be_sent_again_says_when_and_nothing_else_does(kind: type[NovaPayError]) -> None:
    response = error_response(an_instance(kind), request_id="request-1")

    answer = json.loads(response.body or "")
    may_be_sent_again = kind is errors.Processing or answer["retryable"]
    assert response.headers.get("Retry-After") == ("1" if may_be_sent_again else None)


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_is_the_same_where_no_app_is_asked(kind: type[NovaPayError]) -> None:
    response = error_response(an_instance(kind), request_id="request-1")

    event = problem_event(an_instance(kind), request_id="request-1")

    assert (event["statusCode"], event["body"]) == (response.status_code, response.body)
    assert event["multiValueHeaders"] == {name: [it] for name, it in response.headers.items()}


def test_the_slugs_are_slugs() -> None:
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", kind.code) for kind in ERRORS)


def test_a_slug_names_one_error() -> None:
    slugs: dict[str, type[NovaPayError]] = {}
    for kind in ERRORS:
        inherits = any(kind.code == base.__dict__.get("code") for base in kind.__mro__[1:])
        if not inherits:
            assert kind.code not in slugs, f"{kind} and {slugs.get(kind.code)} share a slug"
            slugs[kind.code] = kind


def test_every_refusal_has_a_slug_and_a_metric_of_its_own() -> None:
    refusals = [kind for kind in ERRORS if issubclass(kind, Refusal) and kind is not Refusal]

    assert all("code" in kind.__dict__ for kind in refusals)
    assert {f"refused_{kind.code.replace('-', '_')}" for kind in refusals} <= set(METRICS)


def test_the_tree_is_drawn_as_it_is() -> None:
    drawn, parents = {}, ["NovaPayError"]
    for home in (errors, http_errors):
        for branches, name in re.findall(r"^((?:│   )*)[├└]── (\w+)", home.__doc__ or "", re.M):
            depth = len(branches) // 4
            parents[depth + 1 :] = [name]
            drawn[name] = parents[depth]

    assert drawn == {kind.__name__: kind.__mro__[1].__name__ for kind in ERRORS[1:]}


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_has_its_ancestors_form_or_its_own(kind: type[NovaPayError]) -> None:
    assert any(ancestor in FORMS for ancestor in kind.__mro__)
    assert form_of(kind).status >= 400


@pytest.mark.parametrize("kind", [kind for kind in ERRORS if issubclass(kind, InvalidInput)])
def test_a_400_always_points_at_a_fault(kind: type[NovaPayError]) -> None:
    [fault] = problem(an_instance(kind), request_id="r")["errors"]

    assert set(fault) == {"pointer", "detail"}
    assert fault["detail"]


def test_all_faults_of_a_request_are_listed() -> None:
    faults = (FieldError("/amount", "is wrong"), FieldError("/entries/0/userId", "is missing"))

    document = problem(InvalidInput(errors=faults), request_id="r")

    assert document["errors"] == [
        {"pointer": "/amount", "detail": "is wrong"},
        {"pointer": "/entries/0/userId", "detail": "is missing"},
    ]


def test_a_refusal_says_its_facts() -> None:
    refusal = errors.InsufficientFunds("W", "10.00000001", "10.00000000")

    detail = problem(refusal, request_id="r")["detail"]

    assert "W" in detail
    assert "10.00000001" in detail
    assert "10.00000000" in detail


def test_a_refusal_names_the_failed_transfer_that_keeps_it() -> None:
    refusal = errors.SameWallet("W")
    refusal.transaction_id = "T"

    assert problem(refusal, request_id="r")["transactionId"] == "T"
    assert "transactionId" not in problem(errors.SameWallet("W"), request_id="r")


def test_an_unforeseen_error_says_nothing_of_itself() -> None:
    text = problem_json(NovaPayError("secret of the inside"), request_id="r")

    assert "secret" not in text
    assert json.loads(text)["code"] == "internal-error"


def test_an_invariant_says_no_facts_to_the_client() -> None:
    broken = errors.InvariantViolated("an entry is gone", {"wallet_id": "W-1"})

    assert "W-1" not in problem_json(broken, request_id="r")
