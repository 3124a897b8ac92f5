"""The app about who you are, whose business this is, what you may do, what was done in your name."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
