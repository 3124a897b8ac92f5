"""Scorecards: what is asked, in which words, and how much each question counts.

Nothing is ever changed: what is kept under a known name is its next version, and rounds keep the version they
were graded with. The built-in two come with the workspace and stay as they are, so that totals can be compared.
"""

import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts import auditing, surveying
from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import scorecards
from icp.models.grading import Rubric
from icp.refusing import NotPossible

QUESTIONS = (1, 20)
LESS, ALIKE, MORE = 0.5, 1.0, 2.0  # how much a question counts beside the others
HEAVIEST = 10.0
MARKS = ("1", "4", "7", "10")

type Dimension = dict[str, Any]


def begin(workspace: Workspace) -> None:
    """Give a new workspace the built-in scorecards. Repeating it changes nothing."""
    rows = [
        Rubric(workspace=workspace, name=name, version=scorecards.VERSION, dimensions=dimensions)
        for name, dimensions in scorecards.BUILT_IN.items()
    ]
    Rubric.objects.in_workspace(workspace).bulk_create(rows, ignore_conflicts=True)


def rubrics(workspace: Workspace) -> Any:
    """All scorecards by name, the newest version of each first."""
    return Rubric.objects.in_workspace(workspace).order_by("name", "-version")


def newest(workspace: Workspace) -> list[Rubric]:
    """The newest version of each scorecard; the built-in ones come first."""
    found: dict[str, Rubric] = {}
    for rubric in rubrics(workspace):
        found.setdefault(rubric.name, rubric)
    return sorted(found.values(), key=lambda rubric: (not is_built_in(rubric), rubric.name.lower()))


def default_rubric(workspace: Workspace) -> Rubric:
    """ICP 10."""
    rubric: Rubric = rubrics(workspace).filter(name=scorecards.USUAL).first()
    return rubric


def versions(rubric: Rubric) -> Any:
    """All versions of a scorecard, the newest first."""
    return rubrics(rubric.workspace).filter(name=rubric.name)


def is_built_in(rubric: Rubric) -> bool:
    return rubric.name in scorecards.BUILT_IN


def is_taken(workspace: Workspace, name: str) -> bool:
    """Whether a scorecard of that name exists, in whatever letters."""
    return bool(rubrics(workspace).filter(name__iexact=" ".join(name.split())).exists())


@transaction.atomic
def keep_rubric(workspace: Workspace, *, name: str, dimensions: list[Dimension], by: User) -> Rubric:
    """Keep a scorecard. A known name makes its next version; rounds keep the version they were graded with."""
    name = " ".join(name.split())
    kept = checked(dimensions)
    _insist_on_a_name(name)
    Workspace.objects.select_for_update().get(pk=workspace.pk)  # one new version at a time
    known = Rubric.objects.in_workspace(workspace).filter(name__iexact=name).order_by("version").last()
    name = known.name if known else name
    last = Rubric.objects.in_workspace(workspace).filter(name=name).aggregate(Max("version"))["version__max"]
    rubric = Rubric.objects.create(workspace=workspace, name=name, version=(last or 0) + 1, dimensions=kept)
    auditing.record(workspace, by, "rubrics.kept", f"Kept the scorecard {rubric}.", subject=rubric.pk)
    return rubric


def _insist_on_a_name(name: str) -> None:
    if not name or len(name) > 80:
        raise NotPossible("A scorecard needs a name of 1 to 80 letters, such as “Our ten questions”.")
    if name.lower() in {each.lower() for each in scorecards.BUILT_IN}:
        raise NotPossible(
            f"“{name}” is built in and stays as it is, so that totals can be compared. Give yours a name of its own."
        )


def checked(dimensions: list[Dimension]) -> list[Dimension]:
    """The questions as they are kept: each with an id of its own; at least one of them counts."""
    kept = [_dimension(dimension, number) for number, dimension in enumerate(dimensions, start=1)]
    ids = [dimension["id"] for dimension in kept]
    if len(set(ids)) < len(ids):
        raise NotPossible("Two questions have the same id. Each question needs an id of its own.")
    if not QUESTIONS[0] <= len(kept) <= QUESTIONS[1]:
        raise NotPossible("A scorecard has 1 to 20 questions.")
    if not any(dimension["counts"] for dimension in kept):
        raise NotPossible("At least one question must count, or there is no Total Score.")
    return kept


def _dimension(dimension: Dimension, number: int) -> Dimension:
    question = str(dimension.get("question", "")).strip()
    if not question:
        raise NotPossible(f"Question {number} has no words. Write the question in full.")
    name = str(dimension.get("name") or question).strip()[:80]
    id = identified(str(dimension.get("id") or name)) or f"question_{number}"
    kept = {"id": id, "name": name, "question": question[:200], "why": str(dimension.get("why", ""))[:200]}
    counts = bool(dimension.get("counts", True))
    return kept | {"words": _words(dimension), "counts": counts, "weight": _weight(dimension) if counts else ALIKE}


def identified(name: str) -> str:
    """A name as an id: lower case, digits and underscores, at most 40."""
    return re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")[:40]


def _words(dimension: Dimension) -> dict[str, str]:
    """What single grades mean, where somebody said it."""
    said = {str(mark): str(words).strip()[:80] for mark, words in (dimension.get("words") or {}).items()}
    unknown = [mark for mark in said if mark not in {str(score) for score in range(1, 11)}]
    if unknown:
        raise NotPossible(f"Words stand at grades from 1 to 10, not at “{unknown[0]}”.")
    return {mark: words for mark, words in said.items() if words}


def _weight(dimension: Dimension) -> float:
    weight = dimension.get("weight", ALIKE)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight <= HEAVIEST:
        raise NotPossible(
            f"“{dimension.get('name') or dimension['question']}” counts a number of times above 0 and up to 10: "
            "1 as the others, 0.5 less, 2 more."
        )
    return round(float(weight), 3)


# What the survey suggests ----------------------------------------------------------------------


def suggestions(rubric: Rubric) -> dict[str, float]:
    """Question -> how much it could count, as the answers of the Intake survey suggest; what differs only."""
    wanted = surveying.weights(rubric.workspace)
    return {id: wanted[id] for id, weight in rubric.weights.items() if id in wanted and wanted[id] != weight}


def suggested(rubric: Rubric) -> list[str]:
    """The same in sentences, each with the answer behind it."""
    whys = surveying.weighing(rubric.workspace)
    return [whys[id] for id in suggestions(rubric) if id in whys]


# What differs ----------------------------------------------------------------------------------


def differences(before: Sequence[Dimension], after: Sequence[Dimension]) -> list[str]:
    """What a version does otherwise than the one before it, in sentences; empty where nothing changed."""
    old, new = ({each["id"]: each for each in dimensions} for dimensions in (before, after))
    said = [f"Added “{new[id]['name']}”." for id in new if id not in old]
    said += [f"Removed “{old[id]['name']}”." for id in old if id not in new]
    for id in (id for id in new if id in old):
        said += _changed(old[id], new[id])
    if [id for id in old if id in new] != [id for id in new if id in old]:
        said.append("The order changed.")
    return said


def _changed(old: Dimension, new: Dimension) -> list[str]:
    said, name = [], new["name"]
    if old["name"] != name:
        said.append(f"“{old['name']}” is called “{name}” now.")
    if old["question"] != new["question"]:
        said.append(f"{name}: asked in other words.")
    if old.get("why", "") != new.get("why", ""):
        said.append(f"{name}: another reason why it matters.")
    if old.get("words", {}) != new.get("words", {}):
        said.append(f"{name}: other words at the grades.")
    if old["counts"] != new["counts"]:
        said.append(f"{name} {'counts' if new['counts'] else 'is kept beside the total'} now.")
    elif old.get("weight", 1) != new.get("weight", 1):
        said.append(f"{name} {counts_how_much(new)} now.")
    return said


def counts_how_much(dimension: Dimension) -> str:
    """counts more, counts less, counts as the others, counts 3 times, is kept beside the total."""
    if not dimension["counts"]:
        return "is kept beside the total"
    weight = float(dimension.get("weight", ALIKE))
    known = {LESS: "counts less", ALIKE: "counts as the others", MORE: "counts more"}
    return known.get(weight, f"counts {weight:g} times")


def counted(dimensions: Sequence[Dimension]) -> str:
    """10 of 11 questions make the total, 100 at most. Loyalty counts more."""
    counting = [each for each in dimensions if each["counts"]]
    all_of_them = len(counting) == len(dimensions)
    many = f"All {len(counting)} questions" if all_of_them else f"{len(counting)} of {len(dimensions)} questions"
    many = "The one question" if len(dimensions) == 1 else many
    uneven = [each for each in counting if float(each.get("weight", ALIKE)) != ALIKE]
    extra = "".join(f" {each['name']} {counts_how_much(each)}." for each in uneven)
    return f"{many} {'makes' if len(counting) == 1 else 'make'} the total, {10 * len(counting)} at most.{extra}"
