"""The books over the API: by month, and what was left out."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Refused
from accounts.api.views import WorkspaceViewSet
from customers import balancing, clock, money, omitting
from customers.balancing import Period
from customers.features import catalogue
from customers.omitting import LeftOut


class PeriodSerializer(serializers.Serializer[Any]):
    """Orders by the day they began, money by the day it moved. Money as decimal strings."""

    start = serializers.DateField(allow_null=True, help_text="The first day; null in the total.")
    orders = serializers.IntegerField()
    customers = serializers.IntegerField()
    gross = serializers.CharField()
    returns = serializers.CharField()
    net = serializers.CharField()


class LeftOutSerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=list(omitting.REASONS))
    sentence = serializers.CharField()
    lines = serializers.IntegerField()
    orders = serializers.IntegerField(allow_null=True)
    amount = serializers.CharField(allow_null=True)


class BooksSerializer(serializers.Serializer[Any]):
    """`results` are the periods, newest first; `total` counts every customer once."""

    by = serializers.ChoiceField(choices=balancing.UNITS)
    as_of = serializers.DateTimeField()
    currency = serializers.CharField()
    revenue = serializers.ChoiceField(choices=["net", "gross"], help_text="What revenue means everywhere else.")
    revenue_in_words = serializers.CharField(help_text="What counts: returns, tax, shipping, odd orders, buyers.")
    checked_at = serializers.DateTimeField(allow_null=True, help_text="When somebody said that it looks right.")
    count = serializers.IntegerField()
    results = PeriodSerializer(many=True)
    total = PeriodSerializer()
    left_out = LeftOutSerializer(many=True)


class BooksViewSet(WorkspaceViewSet):
    """What the shop's own books should say."""

    serializer_class = BooksSerializer
    pagination_class = None
    reads = "data.view"

    @extend_schema(
        parameters=[OpenApiParameter("by", str, enum=balancing.UNITS, description="month if left out.")],
        responses=BooksSerializer,
        operation_id="workspaces_books_retrieve",
    )
    def list(self, request: Request, **kwargs: Any) -> Response:
        """Orders, customers, gross, returns and net by month; what was left out and why."""
        by = request.query_params.get("by") or "month"
        if by not in balancing.UNITS:
            raise Refused(f"The books cannot be kept by “{by}”. Use one of: {', '.join(balancing.UNITS)}.")
        as_of = clock.as_of(self.workspace)
        found = balancing.books(self.workspace, as_of=as_of, by=by)
        return Response(
            {
                "by": by, "as_of": as_of, "currency": self.workspace.currency,
                "revenue": catalogue.revenue_means(self.workspace),
                "revenue_in_words": found.means,
                "checked_at": self.workspace.revenue.get("checked_at"), "count": len(found.periods),
                "results": [self._period(period) for period in found.periods], "total": self._period(found.total),
                "left_out": [self._left_out(entry) for entry in found.left_out],
            }
        )  # fmt: skip

    def _period(self, period: Period) -> dict[str, Any]:
        return {
            "start": period.start, "orders": period.orders, "customers": period.customers,
            "gross": self._money(period.gross), "returns": self._money(period.returns), "net": self._money(period.net),
        }  # fmt: skip

    def _left_out(self, entry: LeftOut) -> dict[str, Any]:
        amount = None if entry.amount is None else self._money(entry.amount)
        return {
            "reason": entry.reason, "sentence": entry.sentence, "lines": entry.lines, "orders": entry.orders,
            "amount": amount,
        }  # fmt: skip

    def _money(self, amount: Any) -> str | None:
        return money.in_words(amount, self.workspace.currency)
