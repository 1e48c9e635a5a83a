"""The whole document: what the handlers tell, with problems, headers, security and examples."""

import json
from collections import defaultdict
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from cdk.endpoints import ENDPOINTS, Endpoint
from docs.openapi import problems, tidy
from docs.openapi.introduction import TAGS
from docs.openapi.merged import Document, DocumentError, merged, promises
from docs.openapi.phrases import PHRASES
from docs.openapi.story import Examples, examples, processing
from novapay.domain.errors import NovaPayError
from novapay.http.endpoint import PROBLEM_CODES
from novapay.http.errors import KEY_HEADER as KEY
from novapay.http.problems import CONTENT_TYPE, RETRY_AFTER
from novapay.http.responses import JSON, REPLAYED_HEADER
from novapay.http.schemas.problem import Problem

SCHEMAS = "#/components/schemas/"
SIMULATION_ONLY = "Only where failures are simulated, as the local stack does."
PAGED_LISTS = ("list_entries", "list_job_items", "inspect_job_items", "list_user_wallets")
"""Operations that answer with a plain list, and say in headers where it goes on."""

FIELD_NEEDS = {"encrypt_fields", "decrypt_fields"}

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
        "description": "In how many seconds to send the same request with the same key; there "
        "with 202 and with every problem that is `retryable`.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "x-total-count": {
        "description": "How many there are on all pages.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "link": {
        "description": 'The next page, `rel="next"`, a reference to resolve from the request\'s '
        "own address; absent on the last (RFC 8288).",
        "schema": {"type": "string"},
    },
}
PROCESSING: dict[str, Any] = {
    "type": "object",
    "description": "The same key is being decided by another request at this moment.",
    "properties": {
        "status": {
            "type": "string",
            "const": "PROCESSING",
            "description": "Always `PROCESSING`: it is not decided yet.",
        },
        "message": {"type": "string", "description": "What to do now, as a sentence."},
    },
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
    schemas = told["components"]["schemas"] | _own_schemas(told["paths"])
    return tidy.tidied(
        {
            **told,
            "paths": _in_order(told["paths"]),
            "components": {
                **told["components"],
                "schemas": schemas,
                "responses": _share_responses(told["paths"]),
                "headers": HEADERS,
                "examples": problems.examples(),
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
    codes = operation.pop(PROBLEM_CODES)
    told = examples().get(name, Examples())
    _finish_parameters(operation, codes, told)
    _finish_bodies(operation, told)
    operation["responses"] = {
        **_successes(operation),
        **_problems(operation, [*codes, *_derived(operation, endpoint)], endpoint),
    }


def _security(endpoint: Endpoint) -> list[Document]:
    if "operators" in endpoint.needs:
        return [{"operatorToken": []}]
    return [] if endpoint.is_public else [{"sigv4": []}, {"bearer": []}]


def _finish_parameters(operation: Document, codes: list[str], told: Examples) -> None:
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        if parameter["in"] == "header":
            parameter["name"] = KEY
            parameter["required"] = "idempotency-key-missing" in codes
            parameter["schema"] = {"type": "string", "pattern": "^[ -~]+$"}
        # What describes the schema describes the parameter; it need not be said twice.
        said = schema.pop("description", None)
        parameter.setdefault("description", said)
        if parameter["name"] in told.parameters:
            value = told.parameters[parameter["name"]]
            parameter["example"] = int(value) if _is_number(schema) else value


def _is_number(schema: Document) -> bool:
    """Return whether a parameter is a whole number, or may be left out and is one otherwise."""
    return any(one.get("type") == "integer" for one in (schema, *schema.get("anyOf", ())))


def _finish_bodies(operation: Document, told: Examples) -> None:
    if "requestBody" in operation:
        _exemplify(operation, operation["requestBody"]["content"][JSON], told.requests)
    for status, response in operation["responses"].items():
        if status.startswith("2") and JSON in response["content"]:
            _exemplify(operation, response["content"][JSON], told.answers)


def _exemplify(operation: Document, content: Document, found: Mapping[str, Any]) -> None:
    if not found:
        name = operation["operationId"]
        raise DocumentError(
            f'docs/openapi/story.py has no example of {name}: call self._tell("…/{name}", …) there.'
        )
    content["examples"] = {label: {"value": value} for label, value in found.items()}


def _successes(operation: Document) -> Document:
    told = operation["responses"]
    extra = [REPLAYED_HEADER] if _takes_key(operation) else []
    if operation["operationId"] in PAGED_LISTS:
        extra += ["x-total-count", "link"]
    found = {status: told[status] for status in told if status.startswith(("2", "3"))}
    for response in found.values():
        response["headers"] = _headers("x-request-id", *extra)
    if _takes_key(operation):
        content = {"schema": {"$ref": f"{SCHEMAS}Processing"}}
        _exemplify(operation, content, {"undecided": processing()})
        found["202"] = {
            "description": "The same key is being decided: ask again.",
            "headers": _headers("x-request-id", *RETRY_AFTER),
            "content": {JSON: content},
        }
    return found


def _derived(operation: Document, endpoint: Endpoint) -> set[str]:
    """Return the codes that come with a parameter, a body, a key, a field, a line in the log."""
    kinds: tuple[type[NovaPayError], ...] = (
        *problems.ON_INPUT,
        *(problems.ON_PATH if _has_path_parameter(operation) else ()),
        *(problems.ON_BODY if "requestBody" in operation else ()),
        *(problems.ON_KEY if _takes_key(operation) else ()),
        *(problems.ON_AUDIT if "operators" in endpoint.needs else ()),
        *(problems.ON_FIELDS if FIELD_NEEDS & set(endpoint.needs) else ()),
    )
    return {kind.code for kind in kinds}


def _problems(operation: Document, codes: list[str], endpoint: Endpoint) -> Document:
    """Return the response of each status, with the codes that it can have."""
    by_status: dict[int, list[problems.Answered]] = defaultdict(list)
    on_credentials = () if endpoint.is_public else problems.ON_CREDENTIALS
    for answered in (
        *problems.of_functions(codes),
        *problems.of_gateway((*problems.EVERYWHERE, *on_credentials)),
    ):
        by_status[answered.status].append(answered)
    return {
        str(status): _problem(status, sorted(by_status[status]), _is_kept(operation, status))
        for status in sorted(by_status)
    }


def _is_kept(operation: Document, status: int) -> bool:
    """Refusals are decisions: they are kept under the key and replayed."""
    return _takes_key(operation) and status in (
        HTTPStatus.CONFLICT,
        HTTPStatus.GONE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def _problem(status: int, answered: list[problems.Answered], is_kept: bool) -> Document:
    codes = sorted({it.code for it in answered})
    names = [it.name for it in answered]
    return {
        "description": f"{PHRASES[status]}: " + ", ".join(f"`{code}`" for code in codes),
        "headers": _headers(
            "x-request-id",
            *([REPLAYED_HEADER] if is_kept else []),
            *(RETRY_AFTER if any(it.is_retryable for it in answered) else []),
        ),
        "content": {
            CONTENT_TYPE: {
                "schema": {
                    "allOf": [
                        {"$ref": f"{SCHEMAS}Problem"},
                        {"type": "object", "properties": {"code": {"enum": codes}}},
                    ]
                },
                "examples": {name: {"$ref": f"#/components/examples/{name}"} for name in names},
            }
        },
    }


def _headers(*names: str) -> Document:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _has_path_parameter(operation: Document) -> bool:
    return any(parameter["in"] == "path" for parameter in operation.get("parameters", ()))


def _takes_key(operation: Document) -> bool:
    return any(parameter["name"] == KEY for parameter in operation.get("parameters", ()))


def _own_schemas(paths: Document) -> Document:
    """Return the models that no handler names: those of problems, with every code, and of 202."""
    problem = Problem.model_json_schema(ref_template=f"{SCHEMAS}{{model}}")
    problem["properties"]["code"]["enum"] = sorted(_codes(paths))
    return {**problem.pop("$defs"), "Problem": problem, "Processing": PROCESSING}


def _codes(paths: Document) -> set[str]:
    """Return the codes of all problems of all operations."""
    contents = (
        response.get("content", {}).get(CONTENT_TYPE)
        for item in paths.values()
        for operation in item.values()
        for response in operation["responses"].values()
    )
    return {
        code
        for content in contents
        if content is not None
        for code in content["schema"]["allOf"][1]["properties"]["code"]["enum"]
    }


def _share_responses(paths: Document) -> Document:
    """Put the commonest response of a status in one place, if more than a third of the operations
    have it, and return those by name."""
    operations = [operation for item in paths.values() for operation in item.values()]
    alike: dict[str, dict[str, list[Document]]] = defaultdict(lambda: defaultdict(list))
    for operation in operations:
        for status, response in operation["responses"].items():
            alike[status][json.dumps(response)].append(operation)
    shared = {}
    for status, kinds in alike.items():
        text, having = max(kinds.items(), key=lambda kind: len(kind[1]))
        if len(having) > len(operations) / 3:
            name = PHRASES[int(status)].replace(" ", "")
            shared[name] = json.loads(text)
            for operation in having:
                operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    return shared


def _in_order(paths: Document) -> Document:
    order = [tag.name for tag in TAGS.values()]

    def place(path: str) -> int:
        [operation, *_] = paths[path].values()
        return order.index(operation["tags"][0])

    return {path: paths[path] for path in sorted(paths, key=place)}
