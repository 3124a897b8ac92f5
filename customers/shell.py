"""What the frame of every page needs from customers: until when the data go."""

from typing import Any

from django.http import HttpRequest

from customers.clock import data_until


def shell(request: HttpRequest) -> dict[str, Any]:
    workspace = getattr(request, "workspace", None)
    return {"data_until": data_until(workspace)} if workspace else {}
