"""Asking a colleague for the file, and the page where the colleague brings it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, member
from accounts.api.throttling import count_call
from customers import asking, receiving
from customers.forms import AskForm
from customers.models.upload import UploadLink

TRIES = 30  # a minute from one address


@require_http_methods(["GET", "POST"])
@member("data.change")
def ask(request: MemberRequest) -> HttpResponse:
    """Make a link for a colleague; see and take back those that are open."""
    form = AskForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _asked(request, form, status=422 if request.method == "POST" else 200)
    made = asking.ask(request.workspace, request.user, email=form.cleaned_data["email"])
    address = request.build_absolute_uri(reverse("bring", args=[made.secret]))
    mailed = asking.mail_link(made.link, address=address)
    return _asked(request, AskForm(), made=made.link, address=address, mailed=mailed)


def _asked(request: MemberRequest, form: AskForm, *, status: int = 200, **more: Any) -> HttpResponse:
    links = asking.open_links(request.workspace).select_related("asked_by").order_by("-created_at")
    context = {"here": "data", "form": form, "links": links}
    return render(request, "customers/ask.html", context | more, status=status)


@require_POST
@member("data.change")
def ask_revoke(request: MemberRequest, link_id: UUID) -> HttpResponse:
    link = get_object_or_404(UploadLink.objects.in_workspace(request.workspace), pk=link_id)
    if asking.revoke(link, by=request.user):
        messages.success(request, "The link was taken back. Nobody can bring a file with it any more.")
    return redirect("customers:ask", request.workspace.slug)


@never_cache
@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest, secret: str) -> HttpResponse:
    """The page behind a link: who asks, for which business, and a place for one file."""
    _, used, _ = count_call(f"bring:{request.META.get('REMOTE_ADDR', '')}")
    if used > TRIES:
        return render(request, "429.html", status=429)
    link = asking.find(secret)
    if link is None:
        return render(request, "customers/bring_over.html", status=410)
    if request.method == "GET":
        return render(request, "customers/bring.html", {"link": link})
    return _take(request, link)


def _take(request: HttpRequest, link: UploadLink) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        context = {"link": link, "problem": "No file arrived. Choose one first."}
        return render(request, "customers/bring.html", context, status=422)
    try:
        import_ = asking.bring(link, name=file.name or "", chunks=file.chunks())
    except asking.LinkOver:
        return render(request, "customers/bring_over.html", status=410)
    except receiving.Refusals as problem:
        return render(request, "customers/bring.html", {"link": link, "problem": str(problem)}, status=422)
    page = reverse("customers:import", args=[link.workspace.slug, import_.pk])
    asking.tell(link, import_, address=request.build_absolute_uri(page))
    return render(request, "customers/bring_done.html", {"link": link, "name": import_.file_name})
