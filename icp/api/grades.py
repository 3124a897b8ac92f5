"""How answers are sent and read."""

from typing import Any

from rest_framework import serializers

from icp.models.grading import Grade


class SentGradeSerializer(serializers.Serializer[Any]):
    """One answer: a whole number from 1 to 10, or null for "I don't know"."""

    icp = serializers.UUIDField()
    dimension = serializers.CharField(max_length=40)
    score = serializers.IntegerField(min_value=1, max_value=10, allow_null=True)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True)


class GradeSerializer(serializers.Serializer[Grade]):
    """One answer. Those of others carry no name."""

    icp = serializers.UUIDField(source="icp_id")
    dimension = serializers.CharField()
    score = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()
    mine = serializers.SerializerMethodField()

    def get_mine(self, grade: Grade) -> bool:
        user = self.context["user"]
        return grade.grader.user_id == user.pk or grade.grader.email.lower() == user.email.lower()
