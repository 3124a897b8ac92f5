"""News that travels upward from accounts: whoever stands above may listen (in its AppConfig.ready)."""

from django.dispatch import Signal

job_over = Signal()  # job: Job; after it was done or failed, not after a cancel
