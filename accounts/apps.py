"""The app about who you are, whose business this is, what you may do, what was done in your name."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.notifying import job_failed
        from accounts.signals import job_over

        job_over.connect(job_failed, dispatch_uid="accounts job failed")
