"""Segments found for you: from chosen figures to a proposal with a verdict, or a refusal with its reasons.

What is found is kept as numbers (preparation, centres), so that everybody can be placed again at every refresh
without fitting anew, and the segments are conditions on the score `cluster:<set>` like all others.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from django.db import transaction
from pyroaring import BitMap
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from accounts.jobs import JobFailed, Work
from accounts.models.workspace import Workspace
from customers import profiling
from customers.features.feature import Feature, Type
from segments import describing
from segments.models.segment import Method, Segment, SegmentSet
from segments.proposing import TRIED, figures_to_choose, score_name
from segments.remembering import keep_snapshot
from segments.science import choosing, clustering, gradual, preparation, validity
from segments.science.choosing import Candidate, Judgement, Verdict
from segments.science.clustering import Partition
from segments.science.preparation import Floats, Preparation

GAP = range(1, 11)
SEED = 1
STEPS = len(TRIED) + 4
COUNTED = {"orders", "products"}  # families that are counts, taken on a log scale like money


@dataclass(frozen=True)
class Doubt:
    """Everything that was looked at before the verdict."""

    judgement: Judgement
    tried: tuple[Candidate, ...]
    gap: validity.Gap | None
    strength: float | None
    found: tuple[Partition, Floats] | None  # what was chosen, and how well each group is found again


def find_segments(work: Work) -> dict[str, Any]:
    """Look for segments as the set asks. Raises JobFailed when the figures cannot be used."""
    job = work.job
    whole = SegmentSet.objects.in_workspace(job.workspace).get(pk=job.subject)
    work.advance(0, total=STEPS, message="Reading what everybody did.")
    people, figures = _people(whole, moment(work))
    learned = preparation.learn(people[list(figures)], logged=_logged(figures))
    if not learned.columns:
        return _refuse(work, whole, learned, Doubt(_no_figures(), (), None, None, None), len(people))
    points = preparation.apply(learned, people)
    with threadpool_limits(1):
        doubt = _doubt(work, points, whole.asked)
    if doubt.found is None or doubt.judgement.verdict not in {Verdict.CLEAR, Verdict.CARE}:
        return _refuse(work, whole, learned, doubt, len(people), asdict(gradual.along(points, seed=SEED)))
    work.advance(STEPS - 1, message="Describing what was found.")
    groups = describing.describe(people, doubt.found[0].labels, [figures[n] for n in learned.names], job.workspace)
    told = _told(doubt, learned, len(people)) | {"clusters": _clusters(groups, doubt.found[1])}
    return _propose(work, whole, learned, doubt.found[0], people.index, told)


def place_again(workspace: Workspace, as_of: datetime) -> None:
    """Put everybody into the segments that were found before, by the kept numbers and without fitting anew."""
    for whole in SegmentSet.objects.in_workspace(workspace).placing():
        people, _ = _people(whole, as_of)
        points = preparation.apply(preparation.from_numbers(whole.model["preparation"]), people)
        labels = clustering.assign(points, np.array(whole.model["centres"]))
        _keep_score(whole, people.index, labels, as_of)


def moment(work: Work) -> datetime:
    """From when the job counts back."""
    if work.job.as_of is None:
        raise JobFailed("This work does not say from when it counts back. Please ask for it again.")
    return work.job.as_of


# Reading ---------------------------------------------------------------------------------------


def _people(whole: SegmentSet, as_of: datetime) -> tuple[pd.DataFrame, dict[str, Feature]]:
    """Everybody who bought, with every figure that can be chosen or compared; and the chosen figures."""
    known = figures_to_choose(whole.workspace)
    chosen = {name: known[name] for name in whole.asked["features"] if name in known}
    if not chosen:
        raise JobFailed("None of the chosen figures is known any more. Choose others and look again.")
    names = list(dict.fromkeys([*chosen, "orders", "revenue"]))
    frame = profiling.frame(whole.workspace, names, as_of).apply(pd.to_numeric).astype(float)
    return frame[frame["orders"] > 0], chosen


def _logged(figures: dict[str, Feature]) -> list[str]:
    return [name for name, figure in figures.items() if figure.type == Type.MONEY or figure.family in COUNTED]


# Doubting --------------------------------------------------------------------------------------


def _doubt(work: Work, points: Floats, asked: dict[str, Any]) -> Doubt:
    people = len(points)
    if people < choosing.FEWEST_PEOPLE:
        judgement = choosing.judge(None, gap_best=0, strength=0, people=people)
        return Doubt(judgement, (), None, None, None)
    work.advance(1, message="Asking whether there are segments at all.")
    gap = validity.gap(points, GAP, seed=SEED)
    ks = TRIED if asked["k"] == "auto" else [asked["k"]]
    tried, found = [], {}
    for step, k in enumerate(ks, start=2):
        work.advance(step, message=f"Trying {k} segments, and finding them again in redrawn data.")
        found[k] = _partition_and_jaccard(points, k, asked["algorithm"])
        tried.append(_candidate(points, *found[k]))
    best = choosing.choose(tried)
    strength = validity.prediction_strength(points, best.k, seed=SEED) if best and gap.best > 1 else None
    judgement = choosing.judge(best, gap_best=gap.best, strength=strength or 0.0, people=people)
    return Doubt(judgement, tuple(tried), gap, strength, found[best.k] if best else None)


def _partition_and_jaccard(points: Floats, k: int, algorithm: str) -> tuple[Partition, Floats]:
    """Groups that are too small are not admissible, so nobody waits for their stability."""
    made = clustering.partition(points, k, seed=SEED, algorithm=algorithm)
    if made.sizes.min() < choosing.admissible_size(len(points)):
        return made, np.zeros(k)
    return made, validity.bootstrapped_jaccard(points, made, seed=SEED)


def _candidate(points: Floats, made: Partition, jaccard: Floats) -> Candidate:
    indices = validity.indices(points, made.labels, seed=SEED)
    return Candidate(made.k, int(made.sizes.min()), len(points), float(jaccard.min()), indices)


def _no_figures() -> Judgement:
    return Judgement(Verdict.CANNOT_TELL, ("In the chosen figures everybody is alike, or too little is known.",))


# Keeping ---------------------------------------------------------------------------------------


def _refuse(
    work: Work, whole: SegmentSet, learned: Preparation, doubt: Doubt, people: int, picture: Any = None
) -> dict[str, Any]:
    whole.status, whole.as_of = SegmentSet.Status.REFUSED, work.job.as_of
    whole.validity = _told(doubt, learned, people) | {"picture": picture}
    with transaction.atomic():
        work.hold()
        whole.save(update_fields=["status", "as_of", "validity"])
    return {"set": str(whole.pk), "segments": [], "verdict": str(doubt.judgement.verdict)}


def _propose(
    work: Work,
    whole: SegmentSet,
    learned: Preparation,
    made: Partition,
    numbers: "pd.Index[int]",
    told: dict[str, Any],
) -> dict[str, Any]:
    whole.status, whole.as_of, whole.validity = SegmentSet.Status.PROPOSED, moment(work), told
    whole.model = {"preparation": learned.to_numbers(), "centres": made.centres.tolist(), "seed": SEED}
    with transaction.atomic():
        work.hold()
        whole.save(update_fields=["status", "as_of", "model", "validity"])
        whole.segments.all().delete()
        _keep_score(whole, numbers, made.labels, moment(work))
        segments = [_segment(whole, cluster["number"], cluster["name"]) for cluster in told["clusters"]]
        for segment in segments:
            keep_snapshot(segment, _members(numbers, made, segment.position), as_of=moment(work), job=work.job)
    return {
        "set": str(whole.pk),
        "segments": [str(segment.pk) for segment in segments],
        "verdict": told["verdict"],
    }


def _clusters(groups: list[describing.Group], jaccard: Floats) -> list[dict[str, Any]]:
    pairs = zip(groups, jaccard, strict=True)
    return [g.to_numbers() | {"number": n, "jaccard": float(j)} for n, (g, j) in enumerate(pairs, start=1)]


def _segment(whole: SegmentSet, number: int, name: str) -> Segment:
    leaf = {"feature": score_name(whole), "op": "eq", "value": number}
    return Segment.objects.create(
        workspace=whole.workspace,
        name=name[:80],
        method=Method.CLUSTERS,
        definition={"v": 1, "entity": "customer", "where": {"all": [leaf]}},
        set=whole,
        slot=number if number <= 7 else 0,
        position=number,
        created_by=whole.created_by,
    )


def _members(numbers: "pd.Index[int]", made: Partition, position: int) -> BitMap:
    return BitMap(numbers[made.labels == position - 1].to_numpy())


def _keep_score(whole: SegmentSet, numbers: "pd.Index[int]", labels: Any, as_of: Any) -> None:
    values = pd.DataFrame({"number": numbers.to_numpy(), "value": (labels + 1).astype("int64")})
    profiling.keep_score(whole.workspace, name=score_name(whole), label=whole.name, frame=values, as_of=as_of)


def _told(doubt: Doubt, learned: Preparation, people: int) -> dict[str, Any]:
    """The verdict and all that led to it, as plain values."""
    return {
        "verdict": str(doubt.judgement.verdict),
        "reasons": list(doubt.judgement.reasons),
        "people": people,
        "k": doubt.found[0].k if doubt.found else None,
        "tried": [asdict(c) | {"is_admissible": c.is_admissible} for c in doubt.tried],
        "gap": asdict(doubt.gap) if doubt.gap else None,
        "prediction_strength": doubt.strength,
        "features": learned.names,
        "missing": {column.name: column.missing for column in learned.columns if column.missing},
        "left_out": dict(learned.left_out),
    }
