"""The OpenAPI of every handler, from its own resolver, in one document."""

import ast
import json
import runpy
import tomllib
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler.openapi.merge import OpenAPIMerge

from cdk.endpoints import ENDPOINTS, FUNCTIONS, Endpoint
from docs.openapi.introduction import ABOUT

PROJECT = Path(__file__).resolve().parents[2]

Document = dict[str, Any]


class DocumentError(Exception):
    """The handlers do not make one whole document; the text says which file to edit and why."""


def merged(endpoints: Iterable[Endpoint] = ENDPOINTS, functions: Path = FUNCTIONS) -> Document:
    """Return the document of all endpoints, as the resolvers tell it.

    Args:
        endpoints: those that must be in it, and no other.
        functions: the directory of their modules.

    Raises:
        DocumentError: a handler does not load, or two models share a name.
    """
    endpoints = tuple(endpoints)
    schemas = [_schema_of(functions / f"{endpoint.module}.py") for endpoint in endpoints]
    _check_model_names(schemas)
    merge = OpenAPIMerge(version=_version(), on_conflict="error", **ABOUT)
    for schema in schemas:
        merge.add_schema(schema)
    document: Document = json.loads(merge.get_openapi_json_schema())
    told = _spelled_out(document["paths"], endpoints)
    order = [path for endpoint in endpoints for path in endpoint.paths]
    document["paths"] = {path: told[path] for path in dict.fromkeys(order)}
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
    """Load one handler on its own, and return what its resolver tells."""
    try:
        app = runpy.run_path(str(file))["endpoint"].app
    except Exception as error:
        raise DocumentError(f"{file.parent.name}/{file.name} does not load: {error}") from error
    schema: Document = json.loads(app.get_openapi_json_schema())
    return schema


def _check_model_names(schemas: Iterable[Document]) -> None:
    seen: dict[str, Any] = {}
    for schema in schemas:
        for name, model in schema.get("components", {}).get("schemas", {}).items():
            if "__" in name or seen.setdefault(name, model) != model:
                raise DocumentError(
                    f"two models are named {name.rpartition('__')[2]}: rename one in http/schemas/"
                )


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
    return {
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


def _version() -> str:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])
