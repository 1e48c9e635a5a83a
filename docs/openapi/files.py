"""What is written and committed: the document for programs, the page for people."""

import json
from pathlib import Path

from docs.openapi.document import document
from docs.openapi.page import page

DOCS = Path(__file__).resolve().parents[1]


def files() -> dict[Path, str]:
    """Return the text of each generated file."""
    told = document()
    return {
        DOCS / "openapi.json": json.dumps(told, indent=2, ensure_ascii=False) + "\n",
        DOCS / "api.md": page(told),
    }
