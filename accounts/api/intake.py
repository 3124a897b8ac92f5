"""The Intake survey over the API: read it, answer some of it, see who answered what, ask questions of one's own."""

from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import posing, recalling, surveying
from accounts.api.errors import Refused
from accounts.api.views import WorkspaceViewSet
from accounts.asking import asked
from accounts.intake.question import SECTIONS, Kind
from accounts.models.intake import IntakeChange, IntakeQuestion, IntakeSurvey
from accounts.models.workspace import Workspace

KINDS = [kind.value for kind in Kind]


class KeptSerializer(serializers.Serializer[Any]):
    """Who gave an answer, and when; `asked_as` where the question had other words then."""

    by = serializers.CharField()
    at = serializers.DateTimeField()
    said = serializers.CharField()
    asked_as = serializers.CharField()


class ProgressSerializer(serializers.Serializer[Any]):
    answered = serializers.IntegerField()
    total = serializers.IntegerField()
    percent = serializers.IntegerField()
    minutes = serializers.IntegerField()


class ConsequenceSerializer(serializers.Serializer[Any]):
    """What follows from the answer to a question, as a sentence."""

    question = serializers.CharField()
    sentence = serializers.CharField()


class ChoiceSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    changes = serializers.SerializerMethodField()

    def get_changes(self, choice: Any) -> str:
        return " ".join(choice.said)


class ConditionSerializer(serializers.Serializer[Any]):
    """When a question is asked: any of `when` or `measured`, none of `unless`; question -> answers, [] is any."""

    sentence = serializers.CharField()
    when = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    unless = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    measured = serializers.CharField()


class AskedSerializer(serializers.Serializer[Any]):
    """A question with its answer. Where it does not apply, its answer is kept and counts for nothing."""

    id = serializers.CharField(source="question.id")
    text = serializers.CharField(source="question.text")
    hint = serializers.CharField(source="question.hint")
    section = serializers.ChoiceField(choices=list(SECTIONS), source="question.section")
    kind = serializers.ChoiceField(choices=KINDS, source="question.kind")
    at_most = serializers.IntegerField(source="question.at_most")
    unit = serializers.CharField(source="question.unit")
    own = serializers.BooleanField(source="question.is_own")
    may_be_unknown = serializers.BooleanField(source="question.may_be_unknown")
    applies = serializers.BooleanField()
    condition = ConditionSerializer(source="question.condition", allow_null=True)
    choices = ChoiceSerializer(many=True, source="question.choices")
    answer = serializers.JSONField(source="value", allow_null=True)
    said = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    change = serializers.CharField(source="seen", help_text="The id of its last line in the history.")
    follows = serializers.ListField(child=serializers.CharField())


class KpiSerializer(serializers.Serializer[Any]):
    """What a move could be measured by, and for which answer it is offered."""

    id = serializers.CharField()
    name = serializers.CharField()
    meaning = serializers.CharField()
    why = serializers.CharField()


class WeightSerializer(serializers.Serializer[Any]):
    """How much a question of the scorecards should count (0.5 or 2), and why: a suggestion, never applied by itself."""

    dimension = serializers.CharField()
    weight = serializers.FloatField()
    why = serializers.CharField()


class IntakeSerializer(serializers.Serializer[Any]):
    """`answers` holds question -> value, as its kind says:

    one: an id; many: ids; yes_no: true or false; number, money, percent: a number; text: a text; list: texts;
    rivals: [{name, better_at}]; goal: {metric, baseline, target, due_on}; goals: a list of those;
    {"unknown": true} where nobody knows. `counted` with a baseline says as of when it was counted.
    """

    answers = serializers.DictField()
    kept = serializers.DictField(child=KeptSerializer())
    progress = ProgressSerializer()
    next = serializers.CharField(allow_null=True, help_text="The first open question.")
    follows = ConsequenceSerializer(many=True)
    goal = serializers.DictField()
    figures = serializers.ListField(child=serializers.CharField())
    steps = serializers.ListField(child=serializers.CharField())
    kpis = KpiSerializer(many=True)
    weights = WeightSerializer(many=True)
    questions = AskedSerializer(many=True)


class OvertakenSerializer(serializers.Serializer[Any]):
    """An answer of somebody else that was given after `seen`, and that this call replaced."""

    question = serializers.CharField()
    change = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    said = serializers.CharField()


class IntakeAnsweredSerializer(IntakeSerializer):
    overtaken = OvertakenSerializer(many=True)


class IntakeAnswersSerializer(serializers.Serializer[Any]):
    """Some answers, question -> value; null takes an answer back. What is left out stays as it is.

    `seen`, question -> `change` as it was read, asks to be told of answers that others gave since.
    """

    answers = serializers.DictField(child=serializers.JSONField(allow_null=True))
    seen = serializers.DictField(child=serializers.CharField(allow_blank=True), required=False)


class IntakeChangeSerializer(serializers.ModelSerializer[IntakeChange]):
    """One answer that was given (or taken back: value null), in the words of its day."""

    by = serializers.EmailField(source="by.email", default=None, read_only=True, allow_null=True)
    at = serializers.DateTimeField(source="happened_at", read_only=True)
    value = serializers.JSONField(allow_null=True, read_only=True)

    class Meta:
        model = IntakeChange
        fields = ["id", "question", "text", "value", "said", "by", "at"]
        read_only_fields = fields


class OwnQuestionSerializer(serializers.ModelSerializer[IntakeQuestion]):
    """A question of one's own. `choices` are the answers of a question of kind `one`."""

    kind = serializers.ChoiceField(choices=IntakeQuestion.Kind.choices)
    section = serializers.ChoiceField(choices=list(SECTIONS))
    choices = serializers.ListField(child=serializers.CharField(), required=False, write_only=True)
    answers = serializers.JSONField(source="choices", read_only=True, help_text="[{id, label}]")
    archived = serializers.BooleanField(required=False)

    class Meta:
        model = IntakeQuestion
        fields = ["id", "text", "kind", "section", "choices", "answers", "unit", "archived", "created_at"]
        read_only_fields = ["id", "created_at"]

    def to_representation(self, instance: IntakeQuestion) -> dict[str, Any]:
        return {**super().to_representation(instance), "archived": instance.archived_at is not None}


class OwnQuestionChangeSerializer(serializers.Serializer[Any]):
    """Other words, or archived and back."""

    text = serializers.CharField(required=False, max_length=posing.LONGEST)
    archived = serializers.BooleanField(required=False)


def _told(workspace: Workspace) -> dict[str, Any]:
    survey = surveying.survey_of(workspace)
    questions = asked(workspace, survey, everything=True)
    kept = {item.question.id: item for item in questions if item.is_answered and item.applies}
    still_open, whys = surveying.next_question(survey), surveying.weighing(workspace)
    return {
        "answers": {name: item.value for name, item in kept.items()},
        "kept": kept,
        "progress": surveying.progress(survey),
        "next": still_open.id if still_open else None,
        "follows": surveying.follows(workspace, survey),
        "goal": workspace.goal,
        "figures": surveying.figures(survey),
        "steps": surveying.steps(survey),
        "kpis": surveying.kpis(survey),
        "weights": [
            {"dimension": name, "weight": weight, "why": whys[name]}
            for name, weight in surveying.weights(workspace).items()
        ],
        "questions": questions,
    }


class IntakeViewSet(WorkspaceViewSet):
    """What the business told us about itself, and what follows from it."""

    reads = "intake.view"
    writes = "intake.change"
    serializer_class = IntakeSerializer
    pagination_class = None

    @extend_schema(operation_id="intake_retrieve", responses=IntakeSerializer)
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """The questions with their answers, how far the survey is, and what follows."""
        return Response(IntakeSerializer(_told(self.workspace)).data)

    @extend_schema(operation_id="intake_update", request=IntakeAnswersSerializer, responses=IntakeAnsweredSerializer)
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
        told = _told(self.workspace) | {"overtaken": self._overtaken(given.validated_data.get("seen", {}))}
        return Response(IntakeAnsweredSerializer(told).data)

    def _overtaken(self, seen: dict[str, str]) -> list[dict[str, Any]]:
        survey = surveying.survey_of(self.workspace)
        found = [
            recalling.overtaken(survey, question, seen=change, by=self.membership.user)
            for question, change in seen.items()
        ]
        return [
            {
                "question": one.change.question,
                "change": str(one.change.pk),
                "by": one.who,
                "at": one.change.happened_at,
                "said": one.change.said,
            }
            for one in found
            if one
        ]


class IntakeHistoryViewSet(WorkspaceViewSet):
    """Who answered what, when."""

    reads = "intake.view"
    writes = "intake.change"
    serializer_class = IntakeChangeSerializer

    def get_queryset(self) -> Any:
        return recalling.changes(IntakeSurvey(workspace=self.workspace))

    @extend_schema(
        operation_id="intake_history_list",
        parameters=[OpenApiParameter("question", str, description="Only the answers to this question.")],
    )
    def list(self, request: Request, **kwargs: Any) -> Response:
        """Every answer that was given or taken back, newest first."""
        rows = self.get_queryset()
        if question := request.query_params.get("question"):
            rows = rows.filter(question=question)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(IntakeChangeSerializer(page, many=True).data)

    @extend_schema(operation_id="intake_history_restore", request=None, responses=IntakeSerializer)
    def restore(self, request: Request, pk: Any = None, **kwargs: Any) -> Response:
        """Give an earlier answer again; the survey afterwards."""
        change: IntakeChange = get_object_or_404(self.get_queryset(), pk=pk)
        try:
            surveying.restore(change, by=self.membership.user, at=now())
        except surveying.SomeNotAccepted as refused:
            raise Refused(str(refused)) from refused
        return Response(IntakeSerializer(_told(self.workspace)).data)


class OwnQuestionViewSet(WorkspaceViewSet):
    """Questions of one's own in the Intake survey."""

    reads = "intake.view"
    writes = "intake.change"
    serializer_class = OwnQuestionSerializer

    def get_queryset(self) -> Any:
        return IntakeQuestion.objects.in_workspace(self.workspace)

    @extend_schema(operation_id="intake_questions_list")
    def list(self, request: Request, **kwargs: Any) -> Response:
        """All of them, archived ones too, newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(OwnQuestionSerializer(page, many=True).data)

    @extend_schema(operation_id="intake_questions_create")
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Ask something of one's own."""
        form = OwnQuestionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        said = {name: value for name, value in form.validated_data.items() if name != "archived"}
        try:
            made = posing.add(self.workspace, **said, by=self.membership.user)
        except posing.NotPossible as reason:
            raise Refused(str(reason)) from reason
        return Response(OwnQuestionSerializer(made).data, status=201)

    @extend_schema(
        operation_id="intake_questions_update", request=OwnQuestionChangeSerializer, responses=OwnQuestionSerializer
    )
    def partial_update(self, request: Request, pk: Any = None, **kwargs: Any) -> Response:
        """Put it into other words, archive it or bring it back. Its answers stay."""
        question: IntakeQuestion = get_object_or_404(self.get_queryset(), pk=pk)
        form = OwnQuestionChangeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            posing.change(question, **form.validated_data, at=now(), by=self.membership.user)
        except posing.NotPossible as reason:
            raise Refused(str(reason)) from reason
        return Response(OwnQuestionSerializer(question).data)
