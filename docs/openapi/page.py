"""The document as a page that people read, on any site that shows Markdown."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from docs.openapi import problems
from docs.openapi.merged import Document
from novapay.http.problems import CONTENT_TYPE

Row = tuple[str, ...]
NUMBERS = re.compile(r"\[[\d\s,]+\]")


def page(document: Document) -> str:
    """Return the page of the document."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - it makes Markdown of our own words, not HTML
    )
    environment.filters |= {
        "own_problems": lambda operation: list(_own_problems(document, operation)),
        "form": lambda node: _form(document, node),
        "fields": lambda node: list(_fields(document, node)),
        "json": _json,
        "code": _code,
        "need": _need,
    }
    return environment.get_template("page.md.j2").render(
        document=document,
        everywhere=_by_status(document, problems.everywhere()),
        on_credentials=_by_status(document, problems.on_credentials()),
        groups=[(tag, _operations(document, tag["name"])) for tag in document["tags"]],
    )


def _json(value: Any) -> str:
    """Return a value as people read it: a list of numbers is one line."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return NUMBERS.sub(lambda found: " ".join(found[0].split()), text)


def _operations(document: Document, tag: str) -> list[tuple[str, str, Document]]:
    return [
        (method.upper(), path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if tag in operation["tags"]
    ]


def _resolved(document: Document, node: Document) -> Document:
    found: Any = node
    while "$ref" in found:
        target: Any = document
        for part in found["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        found = target
    return dict(found)


def _own_problems(document: Document, operation: Document) -> Iterator[Row]:
    """Yield status, code and meaning of each problem that not every operation has."""
    shared = problems.everywhere() | problems.on_credentials()
    names = [
        name
        for response in operation["responses"].values()
        for name in _resolved(document, response)
        .get("content", {})
        .get(CONTENT_TYPE, {})
        .get("examples", {})
    ]
    yield from _by_status(document, set(names) - shared)


def _by_status(document: Document, names: set[str]) -> list[Row]:
    """Return status, code and meaning of problems, by the names of their examples."""
    found = [document["components"]["examples"][name] for name in names]
    return sorted((str(it["value"]["status"]), it["value"]["code"], it["summary"]) for it in found)


def _need(parameter: Document) -> str:
    if parameter.get("required"):
        return "yes"
    default = parameter["schema"].get("default")
    return "no" if default is None else f"no: {_code(default)}"


def _fields(document: Document, schema: Document) -> Iterator[Row]:
    """Yield name, form, need and meaning of each field of a body."""
    model = _resolved(document, schema)
    required = model.get("required", ())
    for name, field in model.get("properties", {}).items():
        need = _need({"required": name in required, "schema": field})
        yield name, _form(document, field), need, field["description"]


def _form(document: Document, schema: Document) -> str:
    """Return in words what a value must be."""
    field = _resolved(document, schema)
    if "anyOf" in field:
        forms = [_form(document, each) for each in field["anyOf"]]
        return " or ".join(dict.fromkeys(forms))
    if "enum" in field:
        return " or ".join(_code(value) for value in field["enum"])
    if field.get("type") == "array":
        return _list_form(document, field)
    if field.get("type") == "object":
        if "properties" not in field:
            return _pairs_form(document, field)
        names = ", ".join(field["properties"])
        return f"{{{names}}}"
    form = str(field.get("format") or field.get("type", "any"))
    if "pattern" in field and "format" not in field:
        form += f" {_code(field['pattern'])}"
    bounds = [
        f"{word} {field[key]}"
        for key, word in (("minimum", "at least"), ("maximum", "at most"))
        if key in field
    ]
    least, most = field.get("minLength"), field.get("maxLength")
    if most is not None:
        bounds.append(f"{least or 0} to {most} characters")
    return ", ".join([form, *bounds])


def _pairs_form(document: Document, field: Document) -> str:
    most, name = field.get("maxProperties"), field.get("propertyNames", {})
    count = "pairs" if most is None else f"at most {most} pairs"
    length = f" of {name['minLength']} to {name['maxLength']} characters" if name else ""
    return f"{count}: a name{length}, {_form(document, field['additionalProperties'])}"


def _list_form(document: Document, field: Document) -> str:
    least, most = field.get("minItems"), field.get("maxItems")
    count = "list" if least is None else f"{least} to {most}"
    return f"{count} of {_form(document, field['items'])}"


def _code(value: Any) -> str:
    """Return code that may stand in a table."""
    text = value if isinstance(value, str) else json.dumps(value)
    return f"`{text}`".replace("|", "\\|")
