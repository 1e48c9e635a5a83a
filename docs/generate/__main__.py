"""`make docs`: write the pages made from the code, and the sample events that are missing."""

import argparse
from pathlib import Path

from docs.generate import costs, errors, events, metrics, tables

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
    for path, text in events.missing().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
