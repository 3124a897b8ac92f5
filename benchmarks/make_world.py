"""A coffee shop of any size as a file of order lines, to try Bestfit with: drawn from a seed, nobody in it is real.

    python benchmarks/make_world.py world.csv --buyers 100000
    python benchmarks/make_world.py flat.csv --buyers 10000 --without-kinds --until 2026-11-20

The file is one that *Bring the file* reads. Two years up to the last day (yesterday, if none is given) hold about
4.7 lines for each buyer. The same buyers, day and seed write the same file.
"""

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from icp.science import ledger, world
from icp.science.world import World

AT_ONCE = 200_000  # lines


def main() -> int:
    asked = _asked()
    drawn = world.make(asked.buyers, asked.until, seed=asked.seed, kinds=not asked.without_kinds)
    written = 0
    with asked.file.open("wb") as file:
        for part in _parts(drawn, readers=asked.readers):
            file.write(part if not written else part.partition(b"\n")[2])
            written += 1
    print(f"{asked.file}: {asked.buyers:,} buyers, {len(drawn.lines):,} lines, {drawn.start} to {drawn.until}.")
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="Where to write the CSV.")
    parser.add_argument("--buyers", type=int, default=12_400, help="1,000 to 1,000,000 (12,400).")
    parser.add_argument("--until", type=date.fromisoformat, default=datetime.now(UTC).date() - timedelta(days=1))
    parser.add_argument("--seed", type=int, default=world.SEED)
    parser.add_argument("--without-kinds", action="store_true", help="People differ only gradually.")
    parser.add_argument("--readers", action="store_true", help="Also those who never bought, with a free sample.")
    return parser.parse_args()


def _parts(drawn: World, *, readers: bool) -> Iterator[bytes]:
    """The file in pieces, each with its header."""
    if readers:
        yield ledger.written(ledger.readers(drawn))
    for start in range(0, len(drawn.lines), AT_ONCE):
        yield ledger.csv_of(drawn, drawn.lines.iloc[start : start + AT_ONCE])


if __name__ == "__main__":
    sys.exit(main())
