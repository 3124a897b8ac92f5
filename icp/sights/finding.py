"""What a sight answers: one sentence, and what stands behind it."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One sentence and what stands behind it; figures in the sentence are marked by stars.

    `level` is sure, fairly or open. A refusal has the level open, says why in `note`, and shows the way out.
    `table` is {"columns": [...], "rows": [[...]]}: the numbers of the picture, to be read and saved.
    """

    sentence: str
    note: str = ""
    level: str = "sure"
    between: str = ""
    figures: dict[str, Any] = field(default_factory=dict)
    table: dict[str, Any] = field(default_factory=dict)
    picture: dict[str, Any] = field(default_factory=dict)
    rule: dict[str, Any] | None = None
    segment_name: str = ""
    meaning: str = ""
    counted: str = ""
    sql: str = ""
    way_out: dict[str, str] = field(default_factory=dict)  # page, label, or when
    whole: dict[str, Any] = field(default_factory=dict)  # what the same look counted of the whole business

    @property
    def is_refused(self) -> bool:
        return self.level == "open"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def refused(sentence: str, note: str, **way_out: str) -> Finding:
    """We do not know, and what would let us know."""
    return Finding(sentence, note, level="open", way_out=way_out)
