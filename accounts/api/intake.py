"""The Intake survey over the API: read it, answer some of it."""

from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import surveying
from accounts.api.views import WorkspaceViewSet
from accounts.asking import asked
from accounts.questions import QUESTIONS


class KeptSerializer(serializers.Serializer[Any]):
    """Who gave an answer, and when."""

    by = serializers.CharField()
    at = serializers.DateTimeField()


class ProgressSerializer(serializers.Serializer[Any]):
    answered = serializers.IntegerField()
    total = serializers.IntegerField()
    percent = serializers.IntegerField()


class ConsequenceSerializer(serializers.Serializer[Any]):
    """What follows from the answer to a question, as a sentence."""

    question = serializers.CharField()
    sentence = serializers.CharField()


class ChoiceSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    changes = serializers.CharField()


class QuestionSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    text = serializers.CharField()
    hint = serializers.CharField()
    kind = serializers.ChoiceField(choices=["one", "many", "goal", "goals"])
    at_most = serializers.IntegerField()
    choices = ChoiceSerializer(many=True)


class IntakeSerializer(serializers.Serializer[Any]):
    """`answers` holds question -> value: an id, a list of ids, {metric, target, due_on}, or a list of those."""

    answers = serializers.DictField()
    kept = serializers.DictField(child=KeptSerializer())
    progress = ProgressSerializer()
    follows = ConsequenceSerializer(many=True)
    goal = serializers.DictField()
    figures = serializers.ListField(child=serializers.CharField())
    steps = serializers.ListField(child=serializers.CharField())
    questions = QuestionSerializer(many=True)


class IntakeAnswersSerializer(serializers.Serializer[Any]):
    """Some answers, question -> value; null takes an answer back. What is left out stays as it is."""

    answers = serializers.DictField(child=serializers.JSONField(allow_null=True))


class IntakeViewSet(WorkspaceViewSet):
    """What the business told us about itself, and what follows from it."""

    reads = "intake.view"
    writes = "intake.change"
    serializer_class = IntakeSerializer
    pagination_class = None

    @extend_schema(operation_id="intake_retrieve", responses=IntakeSerializer)
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """The kept answers, how far the survey is, and what follows."""
        return Response(self._intake())

    @extend_schema(operation_id="intake_update", request=IntakeAnswersSerializer, responses=IntakeSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Keep some answers, all or none."""
        given = IntakeAnswersSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            surveying.answer(self.workspace, answers=given.validated_data["answers"], by=self.membership.user, at=now())
        except surveying.SomeNotAccepted as refused:
            raise serializers.ValidationError(
                {name: [sentence] for name, sentence in refused.problems.items()}
            ) from refused
        return Response(self._intake())

    def _intake(self) -> dict[str, Any]:
        survey = surveying.survey_of(self.workspace)
        kept = {item.question.id: item for item in asked(self.workspace, survey) if item.is_answered}
        return IntakeSerializer(
            {
                "answers": {name: item.value for name, item in kept.items()},
                "kept": kept,
                "progress": surveying.progress(survey),
                "follows": surveying.follows(self.workspace, survey),
                "goal": self.workspace.goal,
                "figures": surveying.figures(survey),
                "steps": surveying.steps(survey),
                "questions": QUESTIONS,
            }
        ).data
