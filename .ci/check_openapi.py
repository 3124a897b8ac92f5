"""The API as it is equals docs/openapi.yaml: a change of the contract is made on purpose, by `make openapi`."""

import difflib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

KEPT = Path("docs/openapi.yaml")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "openapi.yaml"
        command = [sys.executable, "manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", str(fresh)]
        made = subprocess.run(command, env=os.environ)  # noqa: S603
        if made.returncode:
            return made.returncode
        before, after = KEPT.read_text().splitlines(), fresh.read_text().splitlines()
    changes = list(difflib.unified_diff(before, after, "docs/openapi.yaml", "the API as it is", lineterm="", n=2))
    print("\n".join(changes[:60]) or "docs/openapi.yaml says what the API does.")
    if changes:
        print("The API changed. If that is meant: make openapi, and say so in CHANGELOG.md.")
    return 1 if changes else 0


if __name__ == "__main__":
    sys.exit(main())
