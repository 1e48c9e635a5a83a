"""Sample events of endpoints that have none: their routes' parameters and bodies, as models say.

Values are those that the other events have for fields of the same name; a field that is new gets
one that its schema allows. What is there already is left alone: tests know some of it by heart.
"""

import json
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cdk.endpoints import ENDPOINTS, FUNCTIONS, Endpoint

EVENTS = FUNCTIONS.parent / "events"
TOKEN = "x-admin-token"  # noqa: S105 - the header's name
KEY = "Idempotency-Key"
ID = "4a5b6c7d-8e9f-4a0b-9c1d-2e3f4a5b6c7d"


def missing() -> dict[Path, str]:
    """Return the text of the event of each endpoint that has none."""
    return {
        path: json.dumps(event_of(endpoint), indent=2) + "\n"
        for endpoint in ENDPOINTS
        if not (path := EVENTS / f"{endpoint.module}.json").exists()
    }


def event_of(endpoint: Endpoint) -> dict[str, Any]:
    """Return an event that the endpoint's models accept."""
    told = json.loads(
        runpy.run_path(str(FUNCTIONS / f"{endpoint.module}.py"))[
            "endpoint"
        ].app.get_openapi_json_schema()
    )
    path = endpoint.paths[0]
    operation = told["paths"][path][endpoint.method.lower()]
    values = _known_values()
    given = {
        place: {
            it["name"]: str(_value(it["name"], it["schema"], told, values))
            for it in operation.get("parameters", ())
            if it["in"] == place and (it["required"] or place == "header")
        }
        for place in ("path", "query", "header")
    }
    event = _read("health")
    headers = dict(event["headers"])
    if endpoint.is_for_operators:
        headers[TOKEN] = _read("admin/inspect_wallet")["headers"][TOKEN]
    if given["header"]:
        headers[KEY] = ID
    body = None
    if "requestBody" in operation:
        headers["Content-Type"] = "application/json"
        [content] = operation["requestBody"]["content"].values()
        body = json.dumps(_value("", content["schema"], told, values))
    filled = path.format(**given["path"])
    return event | {
        "resource": path,
        "path": filled,
        "httpMethod": endpoint.method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": given["query"] or None,
        "multiValueQueryStringParameters": {k: [v] for k, v in given["query"].items()} or None,
        "pathParameters": given["path"] or None,
        "requestContext": event["requestContext"]
        | {"httpMethod": endpoint.method, "path": f"/local{filled}", "resourcePath": path},
        "body": body,
    }


def _read(module: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{module}.json").read_text(encoding="utf-8"))
    return event


def _known_values() -> dict[str, Any]:
    """Return a value of each field and parameter that some committed event has."""
    found: dict[str, Any] = {}
    for file in sorted(EVENTS.rglob("*.json")):
        event = json.loads(file.read_text(encoding="utf-8"))
        body = json.loads(event.get("body") or "{}")
        found = {**(event.get("pathParameters") or {}), **body, **found}
    return found


def _value(name: str, schema: Mapping[str, Any], told: Mapping[str, Any], known: Any) -> Any:
    """Return a value of a field: the usual one of its name, or one that its schema allows."""
    if "$ref" in schema:
        target = told["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return _value(name, target, told, known)
    if schema.get("type") == "object":
        required = schema.get("required", ())
        fields = schema.get("properties", {})
        return {it: _value(it, fields[it], told, known) for it in fields if it in required}
    if name in known:
        return known[name]
    if schema.get("type") == "array":
        return [_value("", schema["items"], told, known)]
    allowed = [schema.get("const"), schema.get("default"), *schema.get("enum", ())]
    found = next((it for it in [*allowed, *schema.get("examples", ())] if it is not None), None)
    if found is None and schema.get("type") == "integer":
        return schema.get("minimum", 1)
    return found or (ID if schema.get("format") == "uuid" else "sample")
