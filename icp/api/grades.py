"""How answers are sent and read, and the facts that stand beside them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from icp.models.grading import Grade


class SentGradeSerializer(serializers.Serializer[Any]):
    """One answer: a whole number from 1 to 10, or null for "I don't know"."""

    icp = serializers.UUIDField()
    dimension = serializers.CharField(max_length=40)
    score = serializers.IntegerField(min_value=1, max_value=10, allow_null=True)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True)
    given_at = serializers.DateTimeField(required=False, help_text="When it was given: an older answer never wins.")
    seconds = serializers.FloatField(required=False, min_value=0, help_text="How long it took.")


class CellSerializer(serializers.Serializer[Any]):
    """One question about one candidate."""

    icp = serializers.UUIDField()
    dimension = serializers.CharField(max_length=40)


class FactSerializer(serializers.Serializer[Any]):
    """What the data suggest for one question about one candidate."""

    score = serializers.FloatField(help_text="1 to 10, drawn to 5.5 where few people stand behind it.")
    n = serializers.IntegerField(help_text="How many people stand behind it.")
    sentence = serializers.CharField()
    source: Any = serializers.DictField(help_text="Segment, figure, value and as_of.")


class FactOfCellSerializer(FactSerializer):
    """A fact, with the cell that it stands beside."""

    icp = serializers.UUIDField()
    dimension = serializers.CharField()


class GradeSerializer(serializers.Serializer[Grade]):
    """One answer. Those of others carry no name."""

    icp = serializers.UUIDField(source="icp_id")
    dimension = serializers.CharField()
    turn = serializers.IntegerField(help_text="1 the first answer, 2 a second thought on a gap.")
    score = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()
    mine = serializers.SerializerMethodField()
    fact = serializers.SerializerMethodField()

    def get_mine(self, grade: Grade) -> bool:
        user, grader = self.context["board"].person, grade.grader
        is_address = not grader.is_guest and grader.email.lower() == user.email.lower()
        return grader.user_id == user.pk or is_address

    @extend_schema_field(FactSerializer(allow_null=True))
    def get_fact(self, grade: Grade) -> dict[str, Any] | None:
        """What the data suggest; null before the own answer, and where they say nothing."""
        found = self.context["board"].facts.get((grade.icp_id, grade.dimension))
        return dict(FactSerializer(found).data) if found else None
