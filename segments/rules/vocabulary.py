"""What can be said in one workspace: its figures, its details, what customers did, its segments."""

from dataclasses import dataclass, field
from typing import Any

from accounts.models.workspace import Workspace
from customers.features.feature import Type
from customers.models.event import Code
from customers.models.profile import Score
from segments.models.segment import Segment
from segments.rules.nodes import Column

FIELDS = {
    "product": Column("product", "Product", Type.TEXT, kind="field"),
    "category": Column("category", "Category", Type.TEXT, kind="field"),
    "channel": Column("channel", "Channel", Type.TEXT, kind="field"),
    "quantity": Column("quantity", "Quantity", Type.NUMBER, kind="field"),
    "amount": Column("amount", "Amount", Type.MONEY, kind="field"),
}


@dataclass(frozen=True)
class Vocabulary:
    """Names and what they stand for. Whatever is not in here cannot reach a query."""

    features: dict[str, Column] = field(default_factory=dict)
    traits: dict[str, Column] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    segments: dict[str, "Segment"] = field(default_factory=dict)
    zone: str = "UTC"
    currency: str = "EUR"


def of(workspace: Workspace) -> Vocabulary:
    """Everything that a condition in this workspace may name."""
    return Vocabulary(
        features=_features(workspace),
        traits=_traits(workspace),
        events=dict(
            Code.objects.in_workspace(workspace)
            .filter(kind=Code.Kind.EVENT)
            .values_list("value", "code")
            .order_by("value")
        ),
        segments={str(segment.pk): segment for segment in Segment.objects.in_workspace(workspace)},
        zone=workspace.timezone,
        currency=workspace.currency,
    )


def _features(workspace: Workspace) -> dict[str, Column]:
    from customers.features import catalogue

    known = {
        name: Column(name, f.label, Type(f.type), f.unit, window=f.window)
        for name, f in catalogue.features(workspace).items()
    }
    for score in Score.objects.in_workspace(workspace):
        known.setdefault(score.name, Column(score.name, score.label, Type(score.type)))
    return known


def _traits(workspace: Workspace) -> dict[str, Column]:
    from customers.features import catalogue

    found: dict[str, Any] = catalogue.traits(workspace)
    return {name: Column(f"trait:{name}", t.label, Type(t.type), kind="trait") for name, t in found.items()}
