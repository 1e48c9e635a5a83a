"""The whole document: what the handlers tell, with problems, headers, security and examples."""

from collections import defaultdict
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from cdk.endpoints import ENDPOINTS, Endpoint
from docs.openapi import problems, tidy
from docs.openapi.examples import ANSWERS, EXAMPLES
from docs.openapi.facts import PARAMETERS
from docs.openapi.introduction import INFO, SECURITY_SCHEMES, SERVERS, TAGS
from docs.openapi.merged import Document, DocumentError, merged, promises
from novapay.http.api import JSON, PROBLEM_CODES, REPLAYED_HEADER
from novapay.http.idempotency_key import HEADER as KEY
from novapay.http.problems import CONTENT_TYPE
from novapay.http.schemas.problem import Problem

SCHEMAS = "#/components/schemas/"
SIMULATION_ONLY = "Only where failures are simulated, as the local stack does."
PAGED_LISTS = ("list_job_items", "inspect_job_items", "list_user_wallets")
"""Operations that answer with a plain list, and say in headers where it goes on."""

HEADERS: dict[str, Any] = {
    "x-request-id": {
        "description": "The request's id, in every log line about it.",
        "required": True,
        "schema": {"type": "string"},
    },
    REPLAYED_HEADER: {
        "description": "`true` where this is the kept answer of an earlier request.",
        "schema": {"type": "string", "const": "true"},
    },
    "Retry-After": {
        "description": "In how many seconds to send the same request with the same key.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "x-total-count": {
        "description": "How many there are on all pages.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "link": {
        "description": 'The next page, `rel="next"`; absent on the last (RFC 8288).',
        "schema": {"type": "string"},
    },
}
PROCESSING: dict[str, Any] = {
    "type": "object",
    "description": "The same key is being decided by another request at this moment.",
    "properties": {"status": {"const": "PROCESSING"}, "message": {"type": "string"}},
    "required": ["status", "message"],
    "additionalProperties": False,
}


def document(endpoints: tuple[Endpoint, ...] = ENDPOINTS) -> Document:
    """Return the OpenAPI document of NovaPay.

    Raises:
        DocumentError: the handlers do not make one whole document, or an example is missing.
    """
    told = merged(endpoints)
    words = {name: said for endpoint in endpoints for name, said in promises(endpoint).items()}
    for endpoint in endpoints:
        for path in endpoint.paths:
            operation = told["paths"][path][endpoint.method.lower()]
            _finish(operation, endpoint, words)
    info = {**told["info"], **INFO}
    return tidy.tidied(
        {
            "openapi": told["openapi"],
            "info": info,
            "servers": SERVERS,
            "tags": [{"name": tag.name, "description": tag.description} for tag in TAGS.values()],
            "paths": _in_order(told["paths"]),
            "components": {
                "schemas": told["components"]["schemas"] | _own_schemas(),
                "headers": HEADERS,
                "examples": problems.examples(),
                "securitySchemes": SECURITY_SCHEMES,
            },
        }
    )


def _finish(operation: Document, endpoint: Endpoint, words: dict[str, str]) -> None:
    name = operation["operationId"]
    operation["description"] = words.get(name) or words[f"service_{endpoint.name}"]
    operation["tags"] = [TAGS[endpoint.service].name]
    operation["security"] = _security(endpoint)
    if endpoint.is_simulation:
        operation["description"] += f"\n\n{SIMULATION_ONLY}"
        operation["x-simulation-only"] = True
    codes = operation.pop(PROBLEM_CODES, None)
    if codes is None:
        _drop_defaults(operation["responses"])
        return
    _finish_parameters(operation, codes)
    _finish_bodies(operation)
    operation["responses"] = {
        **_successes(operation),
        **_problems(operation, {*codes, *_derived(operation, endpoint)}),
    }


def _security(endpoint: Endpoint) -> list[Document]:
    if "operators" in endpoint.needs:
        return [{"operatorToken": []}]
    return [] if endpoint.is_public else [{"sigv4": []}, {"bearer": []}]


def _drop_defaults(responses: Document) -> None:
    """Take away what Powertools adds to an operation that says itself what it answers."""
    for status in ("422", "500"):
        responses.pop(status, None)
    for response in responses.values():
        response["headers"] = _headers("x-request-id")


def _finish_parameters(operation: Document, codes: list[str]) -> None:
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        if parameter["in"] == "header":
            parameter["name"] = KEY
            parameter["required"] = "idempotency-key-missing" in codes
            parameter["schema"] = {"type": "string", "pattern": "^[ -~]+$"}
        # What describes the parameter need not be said of its schema again.
        schema.pop("description", None)
        if parameter["name"] in PARAMETERS:
            parameter["example"] = PARAMETERS[parameter["name"]]


def _finish_bodies(operation: Document) -> None:
    if "requestBody" in operation:
        _exemplify(operation["requestBody"]["content"][JSON])
    own = ANSWERS.get(operation["operationId"], {})
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            _exemplify(response["content"][JSON], own)


def _exemplify(content: Document, own: Mapping[str, Any] = MappingProxyType({})) -> None:
    """Give a body the examples of its model, or an operation's own where it has some."""
    model = content["schema"]["$ref"].removeprefix(SCHEMAS)
    if model not in EXAMPLES:
        raise DocumentError(f"there is no example of {model}")
    found = own or EXAMPLES[model]
    content["examples"] = {label: {"value": value} for label, value in found.items()}


def _successes(operation: Document) -> Document:
    told = operation["responses"]
    extra = [REPLAYED_HEADER] if _takes_key(operation) else []
    if operation["operationId"] in PAGED_LISTS:
        extra += ["x-total-count", "link"]
    found = {status: told[status] for status in told if status.startswith("2")}
    for response in found.values():
        response["headers"] = _headers("x-request-id", *extra)
    if _takes_key(operation):
        content = {"schema": {"$ref": f"{SCHEMAS}Processing"}}
        _exemplify(content)
        found["202"] = {
            "description": "The same key is being decided: ask again.",
            "headers": _headers("x-request-id", "Retry-After"),
            "content": {JSON: content},
        }
    return found


def _derived(operation: Document, endpoint: Endpoint) -> set[str]:
    """Return the codes that come with a parameter, a body, a key, a signature or the gateway."""
    kinds = [
        *(problems.ON_INPUT if operation.get("parameters") or "requestBody" in operation else ()),
        *(problems.ON_PATH if _has_path_parameter(operation) else ()),
        *(problems.ON_BODY if "requestBody" in operation else ()),
        *(problems.ON_KEY if _takes_key(operation) else ()),
    ]
    gateway = [*problems.EVERYWHERE, *([] if endpoint.is_public else [problems.FORBIDDEN])]
    return {kind.code for kind in kinds} | {problem.code for problem in gateway}


def _problems(operation: Document, codes: set[str]) -> Document:
    by_status: dict[HTTPStatus, list[str]] = defaultdict(list)
    status_of = problems.statuses()
    for code in sorted(codes):
        by_status[status_of[code]].append(code)
    return {
        str(status.value): _problem(status, by_status[status], _is_kept(operation, status))
        for status in sorted(by_status)
    }


def _is_kept(operation: Document, status: HTTPStatus) -> bool:
    """Refusals are decisions: they are kept under the key and replayed."""
    return _takes_key(operation) and status in (
        HTTPStatus.CONFLICT,
        HTTPStatus.GONE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def _problem(status: HTTPStatus, codes: list[str], is_kept: bool) -> Document:
    is_gateways = status in {problem.status for problem in problems.EVERYWHERE}
    return {
        "description": f"{status.phrase}: " + ", ".join(f"`{code}`" for code in codes),
        "headers": _headers(
            "x-request-id",
            *([REPLAYED_HEADER] if is_kept else []),
            *(["Retry-After"] if is_gateways else []),
        ),
        "content": {
            CONTENT_TYPE: {
                "schema": {"$ref": f"{SCHEMAS}Problem"},
                "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in codes},
            }
        },
    }


def _headers(*names: str) -> Document:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _has_path_parameter(operation: Document) -> bool:
    return any(parameter["in"] == "path" for parameter in operation.get("parameters", ()))


def _takes_key(operation: Document) -> bool:
    return any(parameter["name"] == KEY for parameter in operation.get("parameters", ()))


def _own_schemas() -> Document:
    """Return the models that no handler names: those of problems and of 202."""
    problem = Problem.model_json_schema(ref_template=f"{SCHEMAS}{{model}}")
    return {**problem.pop("$defs"), "Problem": problem, "Processing": PROCESSING}


def _in_order(paths: Document) -> Document:
    order = [tag.name for tag in TAGS.values()]

    def place(path: str) -> int:
        [operation, *_] = paths[path].values()
        return order.index(operation["tags"][0])

    return {path: paths[path] for path in sorted(paths, key=place)}
