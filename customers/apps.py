"""The app about the people and companies, what they did, and what can be said of each."""

from typing import Any

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.signals import job_over

        job_over.connect(_announce, dispatch_uid="customers announce")


def _announce(job: Any, **_: Any) -> None:
    """An import that is over: whoever asked for it hears how it ended."""
    from customers import announcing

    announcing.import_over(job)
