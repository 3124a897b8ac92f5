"""What a round came to, and the focus that is in force."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, member
from customers.clock import last_counted
from icp import contrasting, knowing, noticing, rethinking, sentences
from icp.exporting import KIND, decided_on, file_name, workbook
from icp.models.grading import Round
from icp.refusing import TooLate
from icp.views.rounds import found


@require_GET
@member("rounds.grade")
def result_detail(request: MemberRequest, round_id: UUID) -> HttpResponse:
    round = found(request, round_id)
    earlier = request.GET.get("earlier", "")
    result = _earlier(round, earlier) if earlier else round.result
    if result is None:
        return redirect("icp:round", request.workspace.slug, round.pk)
    context = told(round, result) | {"is_earlier": bool(earlier), "is_decided": decided_on(round, result) is not None}
    return render(request, "icp/result_detail.html", context | {"address": request.build_absolute_uri(request.path)})


@require_GET
@member("rounds.grade")
def result_xlsx(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """The result as a workbook, without a name on any answer."""
    round = found(request, round_id)
    if round.result is None:
        return redirect("icp:round", request.workspace.slug, round.pk)
    return spreadsheet(round, round.result)


def spreadsheet(round: Round, result: dict[str, Any]) -> HttpResponse:
    sent = HttpResponse(workbook(round, result, decided_on(round, result)), content_type=KIND)
    sent["Content-Disposition"] = f'attachment; filename="{file_name(round)}"'
    return sent


def _earlier(round: Round, number: str) -> dict[str, Any]:
    """A result from before the round was opened again, counted from 1."""
    if not number.isdigit() or not 1 <= int(number) <= len(round.history):
        raise Http404
    kept: dict[str, Any] = round.history[int(number) - 1]
    return kept


def told(round: Round, result: dict[str, Any]) -> dict[str, Any]:
    """A result with the sentences that say it."""
    said = (
        *("decided", "agreed", "close_call", "tied", "stays_first", "not_apart", "would_change"),
        *("facts_first", "weak", "provisional"),
    )
    return {
        "here": "ideal",
        "round": round,
        "result": result,
        "focus": [row for row in result["ranking"] if row["focus"]],
        "rest": [row for row in result["ranking"] if not row["focus"]],
        "graders": sentences.listed(sentences.first_names(result["graders"])),
        "closed_at": parse_datetime(result["closed_at"]),
        "until": last_counted(parse_datetime(result["as_of"])),
        "gaps": [gap | {"said": sentences.gap(gap)} for gap in result["gaps"]],
        "again": rethinking.said(result),
        "moved": [row | {"said": rethinking.sentence(row)} for row in result.get("moved") or []],
        "against": contrasting.against_facts(result),
        "shapes": contrasting.shapes(result),
        "know": knowing.know(result),
        "say": {name: getattr(sentences, name)(result) for name in said},
    }


@require_GET
@member("rounds.run")
def signs(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """For whoever runs the round, after the close: what to ask people about."""
    round = found(request, round_id)
    try:
        notices = noticing.notices(round)
    except TooLate as reason:
        messages.info(request, str(reason))
        return redirect("icp:round", request.workspace.slug, round.pk)
    return render(request, "icp/round_signs.html", {"here": "ideal", "round": round, "notices": notices})
