"""`python -m docs.endpoints`: say in words what a function still lacks, and which file to edit."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from cdk.endpoints import ENDPOINTS, EVERY_FUNCTION, FUNCTIONS, Endpoint, ModuleError, route_of

ROOT = FUNCTIONS.parent
EVENTS = ROOT / "events"
TESTS = ROOT / "tests" / "functions"
LINES = "cdk/endpoints.py"


def missing() -> list[str]:
    """Return a sentence for each file that is missing or left over; none if all is whole."""
    lacking = [*_modules()]
    # The rest reads the modules: without them it could only say the same again.
    return lacking or [*_routes(), *_events(), *_tests(), *_documents()]


def _modules() -> Iterator[str]:
    written, named = _below(FUNCTIONS, "*.py"), {it.module for it in EVERY_FUNCTION}
    for module in sorted(named - written):
        yield f"Write functions/{module}.py, or take its line out of {LINES}."
    for module in sorted(written - named):
        kind = "admin" if module.startswith("admin/") else "endpoint"
        yield f'Add functions/{module}.py to ENDPOINTS in {LINES}: {kind}("{module}", …).'


def _routes() -> Iterator[str]:
    for endpoint in ENDPOINTS:
        try:
            route_of(endpoint.module)
        except ModuleError as error:
            yield str(error)


def _events() -> Iterator[str]:
    written, named = _below(EVENTS, "*.json"), {it.module for it in EVERY_FUNCTION}
    made = {it.module for it in ENDPOINTS}
    for module in sorted(named - written):
        how = "Run `make docs`, which makes" if module in made else "Write"
        yield f"{how} events/{module}.json."
    for module in sorted(written - named):
        yield f"Delete events/{module}.json: there is no such function."


def _tests() -> Iterator[str]:
    for function in EVERY_FUNCTION:
        folder = Path(function.module).parent
        if not (TESTS / folder / f"test_{function.name}.py").exists():
            place = (folder / f"test_{function.name}.py").as_posix()
            yield f"Write tests/functions/{place}, which calls the function with its sample event."


def _documents() -> Iterator[str]:
    told = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))["paths"]
    for endpoint in ENDPOINTS:
        for path in _paths(endpoint):
            if endpoint.method.lower() not in told.get(path, {}):
                yield f"Run `make docs`: docs/openapi.json does not have {endpoint.method} {path}."


def _paths(endpoint: Endpoint) -> tuple[str, ...]:
    try:
        return endpoint.paths
    except ModuleError:
        return ()


def _below(folder: Path, pattern: str) -> set[str]:
    """Return the files of a folder, without suffix, as modules are written in cdk/endpoints.py."""
    return {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob(pattern)}


if __name__ == "__main__":
    sys.exit("\n".join(missing()) or None)
