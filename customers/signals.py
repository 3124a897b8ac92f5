"""News that travels upward: whoever stands above customers may listen (in its AppConfig.ready)."""

from django.dispatch import Signal

profiles_computed = Signal()  # workspace: Workspace, profile: ProfileTable, by: User | None; after commit
customers_erased = Signal()  # workspace: Workspace, numbers: list[int]
