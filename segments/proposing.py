"""Before and after a look for segments: what may be asked, and what is kept of what was proposed.

Kept apart from segments/clustering.py so that pages need no scikit-learn.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts import auditing
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers.features import catalogue
from customers.features.feature import Feature, Type
from segments.models.segment import Method, Segment, SegmentSet

DEFAULT = ("recency_days", "orders", "average_order_value", "distinct_products", "tenure_days")
TRIED = range(2, 11)
MANY = 12  # figures; more only blur each other
ALGORITHMS = {"kmeans": "By nearness (k-means)", "bisecting": "By halving again and again (bisecting k-means)"}


class NotPossible(ValueError):
    """It cannot be done; the message says what would be possible."""


def figures_to_choose(workspace: Workspace) -> dict[str, Feature]:
    """The figures that people can be grouped by: numbers that say something about everybody who bought."""
    kinds = {Type.NUMBER, Type.MONEY, Type.SHARE}
    known = catalogue.features(workspace)
    return {n: f for n, f in known.items() if f.type in kinds and f.family not in {"habits", "found"}}


def score_name(whole: SegmentSet) -> str:
    """The figure that says who was placed in which segment of the set."""
    return f"cluster:{whole.pk}"


def ask(
    workspace: Workspace, *, features: Sequence[str], algorithm: str = "kmeans", k: Any = "auto", by: User | None
) -> SegmentSet:
    """Write down what shall be looked for. Raises NotPossible with a sentence."""
    known = figures_to_choose(workspace)
    asked = checked(known, features=features, algorithm=algorithm, k=k)
    whole = SegmentSet(workspace=workspace, method=Method.CLUSTERS, asked=asked, created_by=by)
    whole.name = _name([known[name] for name in asked["features"]])
    with transaction.atomic():
        whole.save(force_insert=True)
        auditing.record(workspace, by, "segments.looked_for", f"Looked for segments {whole.name}.", subject=whole.pk)
    return whole


def checked(known: Mapping[str, Feature], *, features: Sequence[str], algorithm: str, k: Any) -> dict[str, Any]:
    """What may be asked for, as the set keeps it."""
    odd = [name for name in features if name not in known]
    if odd:
        raise NotPossible(f"“{str(odd[0])[:60]}” cannot be used to find segments. Possible: {', '.join(known)}.")
    if not 1 <= len(set(features)) <= MANY:
        raise NotPossible(f"Choose 1 to {MANY} figures.")
    if algorithm not in ALGORITHMS:
        raise NotPossible(f"“algorithm” is one of: {', '.join(ALGORITHMS)}.")
    if k != "auto" and (not isinstance(k, int) or isinstance(k, bool) or k not in TRIED):
        raise NotPossible(f"“k” is “auto” or a whole number from {TRIED[0]} to {TRIED[-1]}.")
    return {"features": list(dict.fromkeys(features)), "algorithm": algorithm, "k": k}


def keep(whole: SegmentSet, *, names: Mapping[str, str], by: User | None) -> None:
    """Keep what was proposed, under the names that people gave (segment id -> name). Raises NotPossible."""
    if whole.status not in {SegmentSet.Status.PROPOSED, SegmentSet.Status.KEPT}:
        raise NotPossible("There is no proposal to keep here. Look for segments first.")
    segments = list(whole.segments.all())
    given = {str(s.pk): " ".join(names.get(str(s.pk), s.name).split()) for s in segments}
    if not all(0 < len(name) <= 80 for name in given.values()):
        raise NotPossible("Give each segment a name of 1 to 80 characters.")
    if len(set(given.values())) < len(given):
        raise NotPossible("Two of these segments have the same name. Give each a name of its own.")
    with transaction.atomic():
        SegmentSet.everywhere.filter(pk=whole.pk).update(status=SegmentSet.Status.KEPT)
        for segment in segments:
            Segment.everywhere.filter(pk=segment.pk).update(name=given[str(segment.pk)])
        sentence = f"Kept {len(segments)} segments that were found {whole.name}."
        auditing.record(whole.workspace, by, "segments.kept", sentence, subject=whole.pk)


def _name(figures: Sequence[Feature]) -> str:
    labels = [figure.label[:1].lower() + figure.label[1:] for figure in figures]
    if len(labels) > 3:
        labels = [*labels[:2], f"{len(labels) - 2} more"]
    return f"by {', '.join(labels[:-1])} and {labels[-1]}"[:120] if len(labels) > 1 else f"by {labels[0]}"[:120]
