"""Our own files, as the laws read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "customers", "segments", "icp")


def modules() -> list[Path]:
    """The Python files of the four apps, without migrations, relative to the project."""
    found = [file for app in APPS for file in (ROOT / app).rglob("*.py")]
    return sorted(file.relative_to(ROOT) for file in found if "migrations" not in file.parts)


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def tree(module: Path) -> ast.Module:
    return ast.parse((ROOT / module).read_text())


def attributes(module: Path) -> Iterator[str]:
    """Dotted names as they are written, such as np.random.rand."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node)
