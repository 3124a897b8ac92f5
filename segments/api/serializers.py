"""What segments look like over the API."""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from drf_spectacular.utils import extend_schema_field
from pyroaring import BitMap
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.errors import Refused
from accounts.models.job import Job
from accounts.models.workspace import Workspace
from customers.masking import masked
from customers.models.customer import Customer
from segments.models.segment import Segment

LARGEST_PAGE = 200


def what_segments_share(workspace: Workspace) -> dict[str, Any]:
    """What every segment of a list is measured against: how many customers there are, what runs."""
    running = Job.objects.in_workspace(workspace).filter(kind__in=["refresh", "refresh-all"], ended_at=None)
    base = Customer.objects.in_workspace(workspace).known().count()
    return {"base": base, "running": set(running.values_list("subject", flat=True))}


class FreshSerializer(serializers.Serializer[Any]):
    """As of when it was counted, when that was last checked, and whether it is being counted now."""

    as_of = serializers.DateTimeField(allow_null=True)
    checked_at = serializers.DateTimeField(allow_null=True)
    status = serializers.ChoiceField(["fresh", "counting", "never counted"])


class SegmentSerializer(serializers.ModelSerializer[Segment]):
    """A segment: its rule, and how many are in."""

    size = serializers.IntegerField(read_only=True)
    share = serializers.SerializerMethodField()
    as_of = serializers.DateTimeField(source="counted_at", read_only=True, allow_null=True)
    fresh = serializers.SerializerMethodField()
    definition = serializers.JSONField(help_text='A rule: {"v": 1, "entity": "customer", "where": {"all": [...]}}.')

    class Meta:
        model = Segment
        fields = [
            "id", "name", "entity", "method", "definition", "size", "share", "as_of", "set", "parent", "slot",
            "description", "fresh", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_share(self, segment: Any) -> float:
        base = self.context.get("base") or 0
        return round(segment.size / base, 6) if base else 0.0

    @extend_schema_field(FreshSerializer)
    def get_fresh(self, segment: Segment) -> dict[str, Any]:
        counting = bool({str(segment.pk), ""} & self.context.get("running", set()))
        counted: Any = segment  # annotated by the view
        return FreshSerializer(
            {
                "as_of": counted.fresh_as_of,
                "checked_at": counted.checked_at,
                "status": "counting" if counting else "fresh" if counted.checked_at else "never counted",
            }
        ).data


class DefinitionSerializer(serializers.Serializer[Any]):
    definition = serializers.JSONField(help_text='{"v": 1, "entity": "customer", "where": {"all": [...]}}')


class NewSegmentSerializer(serializers.Serializer[Any]):
    """A name, and either a rule or the customers of a fixed list (by id of yours, or e-mail)."""

    name = serializers.CharField(max_length=80)
    definition = serializers.JSONField(required=False)
    customers = serializers.ListField(child=serializers.CharField(max_length=320), required=False, max_length=100_000)

    def validate(self, told: Any) -> Any:
        if ("definition" in told) == ("customers" in told):
            raise serializers.ValidationError("Send either “definition” (a rule) or “customers” (a fixed list).")
        return told


class ChangeSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80, required=False)
    definition = serializers.JSONField(required=False)


class PersonSerializer(serializers.ModelSerializer[Customer]):
    """A customer in short. Without the right to see personal details, the address is hidden in part."""

    email = serializers.SerializerMethodField()

    class Meta:
        model = Customer
        fields = ["id", "external_id", "email", "name"]
        read_only_fields = fields

    def get_email(self, customer: Customer) -> str:
        view: Any = self.context.get("view")
        return customer.email if view is not None and "personal.view" in view.allowed else masked(customer.email)


class PreviewSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    base = serializers.IntegerField(help_text="All known customers.")
    share = serializers.FloatField()
    sample = serializers.SerializerMethodField()
    sql = serializers.CharField(help_text="For DuckDB.")
    sql_postgres = serializers.CharField()
    sentence = serializers.CharField()
    as_of = serializers.DateTimeField()

    @extend_schema_field(PersonSerializer(many=True))
    def get_sample(self, seen: Any) -> Any:
        return PersonSerializer(self.context.get("people", []), many=True, context=self.context).data


class MembersSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = PersonSerializer(many=True)
    as_of = serializers.DateTimeField(allow_null=True)
    cursor = serializers.CharField(help_text="To ask `changes/?after=` with.")


class MomentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    as_of = serializers.DateTimeField()
    checked_at = serializers.DateTimeField()
    size = serializers.IntegerField()
    joined = serializers.IntegerField()
    left = serializers.IntegerField()
    reason = serializers.CharField()


class ChangesSerializer(serializers.Serializer[Any]):
    entered = serializers.ListField(child=serializers.UUIDField())
    left = serializers.ListField(child=serializers.UUIDField())
    cursor = serializers.CharField()
    as_of = serializers.DateTimeField(allow_null=True)


class ReasonSerializer(serializers.Serializer[Any]):
    sentence = serializers.CharField()
    value = serializers.JSONField(allow_null=True)
    value_in_words = serializers.CharField()
    threshold = serializers.JSONField(allow_null=True)
    verdict = serializers.BooleanField()
    until = serializers.DateField(allow_null=True)


class WhySerializer(serializers.Serializer[Any]):
    customer = serializers.UUIDField()
    is_in = serializers.BooleanField()
    conditions = ReasonSerializer(many=True)
    outlook = serializers.CharField()
    as_of = serializers.DateTimeField()


@dataclass(frozen=True)
class NumberPage:
    numbers: list[int]
    next: str | None
    previous: str | None


def page_of(members: BitMap, request: Request) -> NumberPage:
    """A page of the members by their numbers, which stay the same while people come and go."""
    size = _size(request)
    after = _after(request.query_params.get("cursor"))
    start = members.rank(after) if after is not None else 0
    numbers = list(members[start : start + size])
    more = start + len(numbers) < len(members)
    before = members[start - size - 1] if start > size else -1
    return NumberPage(
        numbers=numbers,
        next=signing.dumps(numbers[-1], salt="members") if more and numbers else None,
        previous=signing.dumps(before, salt="members") if start else None,
    )


def _size(request: Request) -> int:
    asked = request.query_params.get("page_size", "50")
    return min(LARGEST_PAGE, max(1, int(asked))) if asked.isascii() and asked.isdigit() else 50


def _after(cursor: str | None) -> int | None:
    if not cursor:
        return None
    try:
        number = int(signing.loads(cursor, salt="members"))
    except (signing.BadSignature, ValueError, TypeError):
        raise Refused("This cursor is not one of ours. Use the link in “next” as it is.") from None
    return number if number >= 0 else None
