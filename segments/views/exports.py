"""Who is in, as a file."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, member
from customers import clock
from segments import exporting
from segments.models.segment import Segment


@require_http_methods(["GET", "POST"])
@member("segments.export")
def segment_export(request: MemberRequest, segment_id: Any) -> HttpResponseBase:
    """The members as a CSV that spreadsheets can open without harm."""
    segment = get_object_or_404(Segment.objects.in_workspace(request.workspace).live(), pk=segment_id)
    as_of = clock.as_of(request.workspace)
    return exporting.answer(segment, exporting.export(segment, as_of=as_of, by=request.user))
