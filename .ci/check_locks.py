"""The lock files name public hosts only, and package-lock.json no address at all."""

import json
import re
import sys
from pathlib import Path

PUBLIC = {"pypi.org", "files.pythonhosted.org"}


def main() -> int:
    hosts = set(re.findall(r"https?://([^/\"\s]+)", Path("uv.lock").read_text()))
    packages = json.loads(Path("package-lock.json").read_text())["packages"]
    addressed = sorted(name for name, package in packages.items() if "resolved" in package)
    problems = [f"uv.lock names {host}: lock again without an index of your own." for host in sorted(hosts - PUBLIC)]
    problems += [f"package-lock.json says where {name} came from: .npmrc should leave that out." for name in addressed]
    print("\n".join(problems) or "Lock files name public hosts only.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
