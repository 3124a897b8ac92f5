"""The app about what we conclude and what we do about it."""

from typing import Any

from django.apps import AppConfig


class IcpConfig(AppConfig):
    name = "icp"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models.signals import post_save

        from accounts.models.workspace import Workspace
        from accounts.signals import job_over
        from customers.signals import profiles_computed
        from segments.signals import list_sent

        profiles_computed.connect(_measure, dispatch_uid="icp measure")
        job_over.connect(_follow, dispatch_uid="icp follow")
        list_sent.connect(_plan, dispatch_uid="icp plan")
        post_save.connect(_begin, sender=Workspace, dispatch_uid="icp begin")


def _measure(workspace: Any, profile: Any, by: Any, **_: Any) -> None:
    """New figures: the pinned goal says where it stands, and the business is looked at anew."""
    from icp import looking, measuring

    measuring.remember(workspace, profile.as_of)
    looking.request(workspace, by, as_of=profile.as_of)


def _plan(delivery: Any, by: Any, **_: Any) -> None:
    """A list that was sent is a move."""
    from icp import planning

    planning.follow_list(delivery, by)


def _follow(job: Any, **_: Any) -> None:
    """All segments were counted again: the fit with ideal customers, and the guesses that can be checked."""
    from icp import consulting

    consulting.after(job)


def _begin(instance: Any, created: bool, raw: bool, **_: Any) -> None:
    """A new workspace has scorecards from its first moment, so that looking at them writes nothing."""
    from icp import wording

    if created and not raw:
        wording.begin(instance)
