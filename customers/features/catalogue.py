"""Every figure and every detail that can be said of a customer."""

from accounts.models.workspace import Workspace
from customers.features import own
from customers.features.feature import Feature, Stage, Type
from customers.features.habits import habits
from customers.features.orders import HOW_OFTEN, WHEN
from customers.features.products import PRODUCTS
from customers.features.spending import spending
from customers.models.profile import RfmFit, Score
from customers.models.trait import Trait
from customers.science.rfm import Fit

UNITS = {"icp_fit": "of 100"}  # of scores, by what stands before the colon


def features(workspace: Workspace) -> dict[str, Feature]:
    """The figures of the workspace by name: those in SQL, then those kept as scores."""
    found = [*in_sql(workspace), *_kept(workspace)]
    return {feature.name: feature for feature in found}


def in_sql(workspace: Workspace) -> list[Feature]:
    """What one query calculates, as revenue is meant and buying habits are limited now."""
    means = revenue_means(workspace)
    built_in = [*HOW_OFTEN, *WHEN, *spending(means), *PRODUCTS, *habits(habit_limits(workspace))]
    return [*built_in, *own.figures(workspace, means)]


def traits(workspace: Workspace) -> dict[str, Trait]:
    """What the workspace is told of its customers, by name."""
    return {trait.name: trait for trait in Trait.objects.in_workspace(workspace).order_by("name")}


def revenue_means(workspace: Workspace) -> str:
    """net (after returns) unless the workspace chose gross on Check against your books."""
    return "gross" if workspace.revenue.get("returns") == "gross" else "net"


def habit_limits(workspace: Workspace) -> Fit | None:
    """The newest cut points of buying habits; None before the first buyers."""
    kept = RfmFit.objects.in_workspace(workspace).order_by("-created_at").first()
    return Fit.from_dict(kept.cut_points) if kept else None


def _kept(workspace: Workspace) -> list[Feature]:
    rows = Score.objects.in_workspace(workspace).order_by("created_at")
    return [
        Feature(
            row.name, row.label, Type(row.type), f"{row.label}, computed as of {row.as_of:%-d %b %Y}.",
            unit=UNITS.get(row.name.partition(":")[0], ""), whole=row.name.partition(":")[0] in UNITS,
            family="found", stage=Stage.KEPT,
        )
        for row in rows
    ]  # fmt: skip
