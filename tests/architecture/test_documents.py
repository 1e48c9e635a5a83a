"""The pages that people write: their links lead somewhere, and the tests that they name exist."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path.cwd()
LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
CODE = re.compile(r"(?<!\[)`[^`\n]+`(?!\])")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LISTED_AT_THE_ROOT = ("decisions.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
RECORDS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


def links_of(page: Path) -> list[tuple[str, str]]:
    """Return the words and the target of each link to a place of ours."""
    links = LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")))
    return [(words, target) for words, target in links if "://" not in target]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = [
        target
        for _, target in links_of(page)
        if not (page.parent / target.partition("#")[0]).exists()
    ]

    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_heading_that_is_linked_to_is_there(page: Path) -> None:
    lost = [
        target
        for _, target in links_of(page)
        if "#" in target and target.partition("#")[2] not in anchors_of(page, target)
    ]

    assert lost == []


@pytest.mark.parametrize("name", ["README.md", "decisions.md"])
def test_every_test_that_proves_a_scenario_is_there(name: str) -> None:
    page = ROOT / name
    named = [(words, target) for words, target in links_of(page) if "/test_" in target]

    missing = [
        words
        for words, target in named
        if f"def test_{words.replace(' ', '_')}(" not in (ROOT / target).read_text(encoding="utf-8")
    ]

    assert named
    assert missing == []


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = subprocess.run(
        ["make", "--no-print-directory", "help"],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )
    commands = re.findall(r"^  ([a-z-]+) ", listed.stdout, re.MULTILINE)

    assert {"run", "test"} <= set(commands)
    assert "\nmake run\n" in readme
    assert "\nmake test\n" in readme
    assert [command for command in commands if f"`make {command}`" not in readme] == []


def test_the_readme_lists_every_page() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Documents\n")[2]
    listed = {target for _, target in LINK.findall(readme)}
    pages = [ROOT / name for name in LISTED_AT_THE_ROOT] + sorted((ROOT / "docs").glob("*.md"))

    assert [
        str(it.relative_to(ROOT)) for it in pages if str(it.relative_to(ROOT)) not in listed
    ] == []


def test_the_change_log_begins_with_what_is_unreleased_and_has_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (\S+)", text, re.MULTILINE)
    kinds = re.findall(r"^### (.*)$", text, re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert versions[:2] == ["Unreleased", project["version"]]
    assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_records_are_numbered_without_gaps_and_listed_in_order() -> None:
    listed = [
        Path(target).name
        for _, target in links_of(ROOT / "decisions.md")
        if target.startswith("docs/decisions/")
    ]

    assert [record.name[:4] for record in RECORDS] == [f"{n + 1:04d}" for n in range(len(RECORDS))]
    assert sorted(set(listed)) == [record.name for record in RECORDS]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_a_record_has_its_four_parts_and_fits_a_page(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)

    assert headings == ["Context", "Choice", "Rejected", "Look again when"]
    assert len(text.splitlines()) <= 60


def anchors_of(page: Path, target: str) -> set[str]:
    """Return the anchors of the page that a link leads to."""
    linked = page.parent / target.partition("#")[0] if not target.startswith("#") else page
    text = linked.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    made = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return made | set(re.findall(r'id="([^"]+)"', text))
