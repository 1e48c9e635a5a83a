"""The OpenAPI of every handler, from its own resolver, in one document."""

import ast
import json
import tomllib
import warnings
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler.openapi.merge import OpenAPIMerge

from cdk.endpoints import ENDPOINTS, Endpoint

PROJECT = Path(__file__).resolve().parents[2]
FUNCTIONS = PROJECT / "functions"

Document = dict[str, Any]


class DocumentError(Exception):
    """The handlers do not make one whole document; the text says which and why."""


def merged(endpoints: Iterable[Endpoint] = ENDPOINTS, functions: Path = FUNCTIONS) -> Document:
    """Return the document of all endpoints, as the resolvers tell it.

    Args:
        endpoints: those that must be in it, and no other.
        functions: the directory of their modules.

    Raises:
        DocumentError: a handler does not load, two models share a name, or the routes of the
            handlers are not those of the endpoints.
    """
    endpoints = tuple(endpoints)
    schemas = [_schema_of(functions / f"{endpoint.module}.py") for endpoint in endpoints]
    _check_model_names(schemas)
    merge = OpenAPIMerge(title="NovaPay", version=_version(), on_conflict="error")
    for schema in schemas:
        merge.add_schema(schema)
    document = _as_json(merge)
    document["paths"] = _spelled_out(document["paths"], endpoints)
    _check_routes(document, endpoints)
    order = [path for endpoint in endpoints for path in endpoint.paths]
    document["paths"] = {path: document["paths"][path] for path in dict.fromkeys(order)}
    return document


def promises(endpoint: Endpoint, functions: Path = FUNCTIONS) -> dict[str, str]:
    """Return what each function of a module promises: its docstring, or else its module's."""
    module = ast.parse((functions / f"{endpoint.module}.py").read_text(encoding="utf-8"))
    about = (ast.get_docstring(module) or "").partition(": ")[2]
    return {
        node.name: ast.get_docstring(node) or about[:1].upper() + about[1:]
        for node in module.body
        if isinstance(node, ast.FunctionDef)
    }


def _schema_of(file: Path) -> Document:
    """Load one handler on its own; what is a warning to Powertools is an error here."""
    merge = OpenAPIMerge(title=file.stem, version="1")
    merge.add_file(file)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return _as_json(merge)
        except (UserWarning, DeprecationWarning) as warning:
            raise DocumentError(f"{file.name}: {warning}") from warning


def _as_json(merge: OpenAPIMerge) -> Document:
    document: Document = json.loads(merge.get_openapi_json_schema())
    return document


def _check_model_names(schemas: Iterable[Document]) -> None:
    seen: dict[str, Any] = {}
    for schema in schemas:
        for name, model in schema.get("components", {}).get("schemas", {}).items():
            if "__" in name or seen.setdefault(name, model) != model:
                raise DocumentError(f"two models are named {name.rpartition('__')[2]}")


def _spelled_out(paths: Document, endpoints: Iterable[Endpoint]) -> Document:
    """Put each real path in place of one whose parameter is a choice, as `/{service}/health`."""
    deployed = {path for endpoint in endpoints for path in endpoint.paths}
    result: Document = {}
    for path, item in paths.items():
        result |= {path: item} if path in deployed else _choices(path, item)
    return result


def _choices(path: str, item: Document) -> Document:
    [(method, operation)] = item.items()
    choices = [
        (parameter["name"], choice)
        for parameter in operation.get("parameters", ())
        for choice in parameter["schema"].get("enum", ())
    ]
    result = {
        path.replace(f"{{{name}}}", choice): {
            method: {
                **deepcopy(operation),
                "operationId": f"{choice}_{operation['operationId']}",
                "summary": f"{operation['summary']} ({choice})",
                "parameters": [],
            }
        }
        for name, choice in choices
    }
    return result or {path: item}


def _check_routes(document: Document, endpoints: Iterable[Endpoint]) -> None:
    told = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    deployed = {(each.method, path) for each in endpoints for path in each.paths}
    if told != deployed:
        raise DocumentError(
            f"only deployed: {sorted(deployed - told)}; only in handlers: {sorted(told - deployed)}"
        )


def _version() -> str:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])
