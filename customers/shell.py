"""What the frame of every page needs from customers: until when the data go, and what revenue means."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from customers.clock import data_until
from customers.profiling import revenue_in_words


def shell(request: HttpRequest) -> dict[str, Any]:
    workspace = getattr(request, "workspace", None)
    if not workspace:
        return {}
    return {
        "data_until": data_until(workspace),
        "revenue_said": SimpleLazyObject(lambda: revenue_in_words(workspace)),  # only panels ask
    }
