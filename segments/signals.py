"""News that travels upward: whoever stands above segments may listen (in its AppConfig.ready)."""

from django.dispatch import Signal

list_sent = Signal()  # delivery: Delivery, by: User; inside the transaction that writes it
