"""The project's own sources as syntax trees, for rules that are tested instead of remembered."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORE = ROOT / "layers" / "core" / "python"
FUNCTIONS = ROOT / "functions"


@dataclass(frozen=True, slots=True)
class Source:
    """One module: its dotted name, its file and its tree."""

    module: str
    path: Path
    tree: ast.Module

    def is_in(self, *packages: str) -> bool:
        """Return whether it is one of these modules or inside one of these packages."""
        return any(self.module == it or self.module.startswith(f"{it}.") for it in packages)

    def imports(self) -> set[str]:
        """Return the dotted names that it imports, wherever in the module."""
        names = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.module} imports relatively"
                names |= {f"{node.module}.{alias.name}" for alias in node.names}
        return names

    def dotted(self) -> Iterator[str]:
        """Yield every dotted expression, as `os.environ` or `datetime.now`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute):
                yield ast.unparse(node)

    def texts(self) -> Iterator[str]:
        """Yield every string but docstrings."""
        docs = {id(node.value) for node in ast.walk(self.tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and id(node) not in docs:
                yield from [node.value] if isinstance(node.value, str) else []


@cache
def sources() -> tuple[Source, ...]:
    """Return every module of the core layer and every function."""
    return tuple(
        Source(
            ".".join(path.relative_to(base).with_suffix("").parts).removesuffix(".__init__"),
            path,
            ast.parse(path.read_text(encoding="utf-8")),
        )
        for base, folder in ((CORE, CORE / "novapay"), (ROOT, FUNCTIONS))
        for path in sorted(folder.rglob("*.py"))
    )
