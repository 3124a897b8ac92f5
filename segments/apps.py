"""The app about groups of people: defined, kept fresh, doubted, compared, put to use."""

from typing import Any

from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "segments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from customers.signals import profiles_computed
        from segments import belonging, using

        profiles_computed.connect(_recount, dispatch_uid="segments recount")
        belonging.answer()
        using.answer()


def _recount(workspace: Any, by: Any, **_: Any) -> None:
    """New figures: the main segments are made or filled, then every segment is counted again."""
    from segments import tasks

    tasks.follow_profiles(workspace, by)
    tasks.follow_lists(workspace, by)
