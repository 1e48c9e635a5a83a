"""The generated pages are those of the code as it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path("docs")
NAMES = ("costs.md", "errors.md", "metrics.md", "tables.md")


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the pages as `make docs` would write them now."""
    folder = tmp_path_factory.mktemp("docs")
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": programs}
    command = [sys.executable, "-m", "docs.generate", "--into", str(folder)]
    subprocess.run(command, env=environment, check=True)  # noqa: S603 - our own words
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_a_generated_page_is_up_to_date(name: str, generated: Path) -> None:
    committed = (DOCS / name).read_text(encoding="utf-8")

    assert committed == (generated / name).read_text(encoding="utf-8"), "run: make docs"


def test_every_generated_page_is_compared(generated: Path) -> None:
    assert {page.name for page in generated.iterdir()} == set(NAMES)
