"""Customers: the list, one person, and the details of one person."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, member
from accounts.web import page_or_part
from customers import clock, tasks
from customers.editing import Unacceptable, change_details
from customers.finding import a_list, a_person
from customers.forms import DetailsForm
from customers.models.customer import Customer
from customers.survivors import survivor


@require_GET
@member("data.view")
def customer_list(request: MemberRequest) -> HttpResponse:
    personal = request.membership.may("personal.view")
    found = a_list(request.workspace, request.GET, as_of=clock.as_of(request.workspace), personal=personal)
    context = {"here": "customers", **found}
    return page_or_part(request, "customers/customer_list.html", "found", context)


@require_GET
@member("data.view")
def customer_detail(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    customer = _customer(request, customer_id)
    if customer.pk != customer_id:
        return redirect("customers:detail", request.workspace.slug, customer.pk)
    personal = request.membership.may("personal.view")
    told = a_person(request.workspace, customer, as_of=clock.as_of(request.workspace), personal=personal)
    return render(request, "customers/customer_detail.html", {"here": "customers", **told})


@require_http_methods(["GET", "POST"])
@member("customers.change")
def customer_edit(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    customer = _customer(request, customer_id)
    form = DetailsForm(request.POST or None, customer=customer)
    if request.method == "POST" and form.is_valid() and _kept(request, customer, form):
        return redirect("customers:detail", request.workspace.slug, customer.pk)
    context = {"here": "customers", "customer": customer, "form": form}
    return render(request, "customers/customer_edit.html", context, status=422 if form.errors else 200)


def _customer(request: Any, customer_id: UUID) -> Customer:
    return survivor(get_object_or_404(Customer.objects.in_workspace(request.workspace), pk=customer_id))


def _kept(request: MemberRequest, customer: Customer, form: DetailsForm) -> bool:
    try:
        changed = change_details(customer, by=request.user, **form.details())
    except Unacceptable as problem:
        form.add_error(None, str(problem))
        return False
    if "traits" in changed:
        tasks.request_profile(request.workspace, request.user)
    messages.success(request, "Saved." if changed else "Nothing was changed.")
    return True
