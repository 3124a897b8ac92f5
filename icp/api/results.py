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
    first_in = serializers.FloatField(allow_null=True, help_text="Share of 50,000 weightings in which it comes first.")
    top_in = serializers.FloatField(
        required=False, allow_null=True, help_text="Share of the weightings in which it is in the focus."
    )
    first_again = serializers.FloatField(
        required=False, allow_null=True, help_text="As first_in, with the graders drawn again as well."
    )
    top_again = serializers.FloatField(
        required=False, allow_null=True, help_text="As top_in, with the graders drawn again as well."
    )
    mean_rank = serializers.FloatField(required=False, allow_null=True, help_text="Mean rank over the weightings.")
    interval = serializers.ListField(
        child=serializers.FloatField(),
        required=False,
        allow_null=True,
        help_text="Low and high of the total, of `max`: 95 % over graders drawn again.",
    )
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
    icc_low = serializers.FloatField(required=False, allow_null=True)
    icc_high = serializers.FloatField(required=False, allow_null=True)
    w = serializers.FloatField(required=False, allow_null=True, help_text="Kendall's W of the orders.")
    w_low = serializers.FloatField(required=False, allow_null=True)
    w_high = serializers.FloatField(required=False, allow_null=True)


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


class FlipWeightSerializer(serializers.Serializer[Any]):
    """The smallest change of one question's weight that puts another candidate first."""

    question = serializers.CharField()
    dimension = serializers.CharField()
    factor = serializers.FloatField(help_text="Beyond this many times its weight.")
    first = serializers.CharField()
    sentence = serializers.CharField()


class FlipScoreSerializer(serializers.Serializer[Any]):
    """The smallest change of one agreed answer that puts another candidate first."""

    icp = serializers.UUIDField()
    name = serializers.CharField()
    question = serializers.CharField()
    dimension = serializers.CharField()
    first = serializers.CharField()
    sentence = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python's, so it cannot be written as an attribute."""
        ends = {"from": serializers.FloatField(), "to": serializers.FloatField(help_text="This, or beyond it.")}
        return super().get_fields() | ends


class WaysSerializer(serializers.Serializer[Any]):
    """What the shares rest on."""

    draws = serializers.IntegerField(help_text="Ways to weigh the questions.")
    panels = serializers.IntegerField(help_text="Panels of graders drawn again.")
    around_chosen = serializers.BooleanField(help_text="Drawn around chosen weights; evenly where all are equal.")


class ViewSerializer(serializers.Serializer[Any]):
    """The same answers counted in another way."""

    id = serializers.ChoiceField(["mean", "trimmed", "levelled", "equal", "likely", "nearness"])
    scores = serializers.DictField(child=serializers.FloatField(allow_null=True), help_text="icp -> score of 100.")
    ranks = serializers.DictField(child=serializers.IntegerField(allow_null=True), help_text="icp -> rank.")


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
    not_apart = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Neighbours in the order that cannot be told apart.",
    )
    flip_weight = FlipWeightSerializer(required=False, allow_null=True)
    flip_score = FlipScoreSerializer(required=False, allow_null=True)
    ways = WaysSerializer(required=False, allow_null=True)
    views = ViewSerializer(many=True, required=False)
    weights = serializers.DictField(child=serializers.FloatField(), required=False, help_text="question -> weight.")
    facts_first = serializers.BooleanField(required=False, help_text="Facts were shown before the own answers.")
    facts = serializers.DictField(
        required=False, help_text="What data suggested: icp -> question -> score, n, sentence."
    )
    graded_by = serializers.IntegerField()
    graders = serializers.ListField(child=serializers.CharField())
    taken_out = serializers.IntegerField(default=0, help_text="People taken out after they had answered.")
    rubric = serializers.DictField()
    round = serializers.CharField()
    closed_at = serializers.DateTimeField()
    closed_by = serializers.CharField()
    as_of = serializers.DateTimeField()


class SignSerializer(serializers.Serializer[Any]):
    """Something to ask one person about, after the close."""

    kind = serializers.ChoiceField(["same", "straight", "halo", "mild", "strict", "apart", "outside", "haste"])
    person = serializers.CharField()
    sentence = serializers.CharField()
    ask = serializers.CharField()
