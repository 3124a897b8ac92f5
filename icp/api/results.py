"""The frozen result, as it is described to programs."""

from typing import Any

from rest_framework import serializers


class RankSerializer(serializers.Serializer[Any]):
    """One candidate's place."""

    icp = serializers.UUIDField()
    name = serializers.CharField()
    total = serializers.FloatField(allow_null=True, help_text="The Total Score, of `max`.")
    max = serializers.IntegerField()
    score = serializers.FloatField(allow_null=True, help_text="The same of 100.")
    rank = serializers.IntegerField(allow_null=True)
    focus = serializers.BooleanField()
    tied = serializers.BooleanField()
    spread = serializers.FloatField(allow_null=True, help_text="Width of the middle half of the graders' totals.")
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    likelihood = serializers.FloatField(allow_null=True, help_text="Likely to buy, kept beside the total.")
    answered = serializers.IntegerField()
    graders = serializers.IntegerField()
    provisional = serializers.BooleanField()
    first_in = serializers.FloatField(allow_null=True, help_text="Share of all weightings in which it comes first.")
    slot = serializers.IntegerField()


class AgreementSerializer(serializers.Serializer[Any]):
    """How much people agree; withheld under three candidates or two graders."""

    word = serializers.CharField(allow_null=True, help_text="a lot, somewhat or hardly")
    withheld = serializers.CharField(allow_null=True)
    graders = serializers.IntegerField()
    alpha = serializers.FloatField(required=False, allow_null=True, help_text="Krippendorff's alpha, ordinal.")
    low = serializers.FloatField(required=False, allow_null=True)
    high = serializers.FloatField(required=False, allow_null=True)
    icc = serializers.FloatField(required=False, allow_null=True, help_text="ICC(2,k) of the totals.")
    w = serializers.FloatField(required=False, allow_null=True, help_text="Kendall's W of the orders.")


class ShareSerializer(serializers.Serializer[Any]):
    """Where effort goes; `icp` is null for everyone else."""

    icp = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    share = serializers.FloatField()
    percent = serializers.IntegerField()
    slot = serializers.IntegerField()


class GapSerializer(serializers.Serializer[Any]):
    """Three or more apart, without names."""

    icp = serializers.UUIDField()
    name = serializers.CharField()
    slot = serializers.IntegerField()
    dimension = serializers.CharField()
    question = serializers.CharField()
    low = serializers.IntegerField()
    high = serializers.IntegerField()


class ResultSerializer(serializers.Serializer[Any]):
    """What a round came to, frozen at its close; best candidate first."""

    ranking = RankSerializer(many=True)
    agreement = AgreementSerializer()
    allocation = ShareSerializer(many=True)
    gaps = GapSerializer(many=True)
    questions = serializers.ListField(child=serializers.DictField())
    places = serializers.IntegerField(help_text="How many places the focus has.")
    floor = serializers.IntegerField(help_text="Of 100; below it the best candidate is weak.")
    is_weak = serializers.BooleanField()
    is_provisional = serializers.BooleanField()
    close_call = serializers.ListField(child=serializers.CharField(), allow_null=True)
    graded_by = serializers.IntegerField()
    graders = serializers.ListField(child=serializers.CharField())
    taken_out = serializers.IntegerField(default=0, help_text="People taken out after they had answered.")
    rubric = serializers.DictField()
    round = serializers.CharField()
    closed_at = serializers.DateTimeField()
    closed_by = serializers.CharField()
    as_of = serializers.DateTimeField()
