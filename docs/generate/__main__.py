"""`make docs`: write the pages that are generated from the code; a test fails if one is stale."""

import argparse
from pathlib import Path

from docs.generate import costs, errors, metrics, tables

PAGES = {
    "costs.md": costs.page,
    "errors.md": errors.page,
    "metrics.md": metrics.page,
    "tables.md": tables.page,
}


def main() -> None:
    """Write every generated page into a folder."""
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description=__doc__)
    parser.add_argument("--into", type=Path, default=Path("docs"), help="default: %(default)s")
    folder = parser.parse_args().into
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
