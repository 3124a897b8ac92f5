"""How large files and functions are. A report, not a wall: what is far above its budget is named."""

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

FILE, FUNCTION, PARAMETERS = 200, 50, 5
APPS = ("accounts", "customers", "segments", "icp", "config")


def functions(path: Path) -> Iterator[tuple[str, int, int]]:
    """Name, lines without the docstring, number of parameters."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            counted = [a for a in arguments if a.arg not in {"self", "request"}]
            yield f"{path}:{node.lineno} {node.name}", (node.end_lineno or 0) - first.lineno + 2, len(counted)


def ours() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "*.py"], capture_output=True, text=True, check=True).stdout.split()  # noqa: S607
    return [Path(name) for name in listed if name.split("/")[0] in APPS and "migrations" not in name]


def main() -> int:
    files = {path: len(path.read_text().splitlines()) for path in ours() if path.exists()}
    found = [function for path in files for function in functions(path)]
    lengths = sorted(length for _, length, _ in found) or [0]
    median, ninth = statistics.median(lengths), lengths[int(0.9 * (len(lengths) - 1))]
    print(
        f"{len(files)} files, {sum(files.values())} lines; {len(found)} functions, median {median:g} lines, p90 {ninth}"
    )
    for path, length in sorted(files.items(), key=lambda item: -item[1]):
        if length > FILE or "--all" in sys.argv:
            print(f"  {length:4} lines  {path}")
    for name, length, parameters in sorted(found, key=lambda item: -item[1]):
        if length > FUNCTION:
            print(f"  {length:4} lines  {name}")
        if parameters > PARAMETERS:
            print(f"  {parameters:4} parameters  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
