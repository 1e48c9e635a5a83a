"""Takes out of the document what its readers need not read, and checks what is left."""

import json
from typing import Any

from docs.openapi.merged import Document

PREFIX = "#/components/"


def tidied(document: Document) -> Document:
    """Return the document without made-up titles, floats for integers, and unused components."""
    tidy: Document = _simplified(document)
    components = tidy["components"]
    used = _used(tidy)
    tidy["components"] = {
        kind: {
            name: found
            for name, found in sorted(named.items())
            if kind == "securitySchemes" or f"{kind}/{name}" in used
        }
        for kind, named in components.items()
    }
    return tidy


def _simplified(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            name: value if name in ("example", "examples") else _simplified(value)
            for name, value in node.items()
            if not (name == "title" and isinstance(value, str) and _is_schema(node))
        }
    if isinstance(node, list):
        return [_simplified(value) for value in node]
    if isinstance(node, float) and node.is_integer():
        return int(node)
    return node


def _is_schema(node: Document) -> bool:
    return bool({"type", "$ref", "anyOf", "allOf", "enum", "const"} & node.keys())


def _used(document: Document) -> set[str]:
    """Return the components that the paths lead to, through other components too."""
    components = document["components"]
    found: set[str] = set()
    waiting: list[Any] = [document["paths"]]
    while waiting:
        for reference in _references(waiting.pop()):
            if reference not in found:
                found.add(reference)
                kind, name = reference.split("/")
                waiting.append(components[kind][name])
    return found


def _references(node: Any) -> set[str]:
    found: set[str] = set()

    def note(pairs: list[tuple[str, Any]]) -> None:
        found.update(str(value).removeprefix(PREFIX) for name, value in pairs if name == "$ref")

    json.loads(json.dumps(node), object_pairs_hook=note)
    return found
