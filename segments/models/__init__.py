"""The nouns of segments. Django needs them importable from here; our own code imports the submodule."""

from segments.models.delivery import Delivery
from segments.models.refresh import Refresh, Snapshot
from segments.models.segment import Segment, SegmentSet

__all__ = ["Delivery", "Refresh", "Segment", "SegmentSet", "Snapshot"]
