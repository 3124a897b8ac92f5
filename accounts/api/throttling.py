"""How often a key may call, said in the headers of every answer."""

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.throttling import BaseThrottle

WINDOW = 60  # seconds


class KeyThrottle(BaseThrottle):
    """A fixed window of a minute for each key (or address, without a key). A call is counted once."""

    def allow_request(self, request: Any, view: Any) -> bool:
        asked = request._request
        if not hasattr(asked, "rate_limit"):
            asked.rate_limit = count_call(f"key:{request.auth.pk}" if request.auth else _address(asked))
        limit, used, self.reset = asked.rate_limit
        return bool(used <= limit)

    def wait(self) -> float:
        return max(1.0, self.reset - time.time())


def count_call(who: str) -> tuple[int, int, int]:
    """The limit, how many calls of this minute were used with this one, and when the next minute begins."""
    window = int(time.time()) // WINDOW
    name = f"calls:{who}:{window}"
    try:
        cache.add(name, 0, timeout=2 * WINDOW)
        used = cache.incr(name)
    except Exception:  # without a cache nobody is turned away
        used = 1
    return settings.API_CALLS_PER_MINUTE, used, (window + 1) * WINDOW


def said_limits(request: HttpRequest) -> dict[str, str]:
    """The headers that say how many calls are left, and until when."""
    limit, used, reset = getattr(request, "rate_limit", None) or count_call(_address(request))
    left = max(0, limit - used)
    return {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(left), "X-RateLimit-Reset": str(reset)}


def _address(request: HttpRequest) -> str:
    return f"address:{request.META.get('REMOTE_ADDR', '')}"
