"""Search: one address, as a page of its own and as what stands in the dialog."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, member
from accounts.web import page_or_part
from icp import searching


@require_GET
@member("workspace.view")
def search(request: MemberRequest) -> HttpResponse:
    """What answers to the words that were typed, for whoever asks."""
    found = searching.find(request.membership, request.GET.get("q", ""))
    return page_or_part(request, "icp/search.html", "found", {"here": "search", "found": found})
