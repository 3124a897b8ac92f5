"""Second thoughts and the decision after a round, over the API."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Conflict, Refused
from accounts.api.views import WorkspaceViewSet
from accounts.models.user import User
from customers import clock
from icp import deciding, drafting, expecting, focusing, preparing
from icp.exporting import KIND, decided_on, file_name, workbook
from icp.models.decision import Decision
from icp.models.grading import Gap, Round
from icp.refusing import NotPossible, TooLate

STATUSES = ["proposed", "draft", "decided"]


class PartSerializer(serializers.Serializer[Any]):
    """A share of the effort in whole percents; `icp` is null for everyone else."""

    icp = serializers.UUIDField(allow_null=True)
    percent = serializers.IntegerField(min_value=0, max_value=100)


class SpentSerializer(serializers.Serializer[Any]):
    """What people said of the effort after the decision."""

    on = serializers.DateField(read_only=True)
    by = serializers.CharField(read_only=True)
    shares = PartSerializer(many=True)


class NotToDoSerializer(serializers.Serializer[Any]):
    """What was decided not to do."""

    icp = serializers.UUIDField()
    text = serializers.CharField(max_length=300, allow_blank=True)
    look_again_on = serializers.DateField(required=False, allow_null=True)


class FocusMoveSerializer(serializers.Serializer[Any]):
    """One of the three moves; `action` is the move on the plan, once it is there."""

    action = serializers.UUIDField(required=False, allow_null=True)
    name = serializers.CharField(max_length=200, allow_blank=True)
    icp = serializers.UUIDField(required=False, allow_null=True)
    owner = serializers.EmailField(required=False, allow_null=True, help_text="The address of a member.")
    check_on = serializers.DateField(required=False, allow_null=True)
    target = serializers.CharField(max_length=200, required=False, allow_blank=True)


class ExpectedSerializer(serializers.Serializer[Any]):
    """A figure of the focus by a day; shares from 0 to 100. `now` is what it was at the decision."""

    icp = serializers.UUIDField()
    feature = serializers.ChoiceField(list(expecting.FIGURES))
    label: Any = serializers.CharField(read_only=True)
    now = serializers.FloatField(read_only=True, allow_null=True)
    expected = serializers.FloatField()
    until = serializers.DateField()


class DraftSerializer(serializers.Serializer[Any]):
    """What people say of a decision. What is not sent stays as it is, or as it is proposed."""

    focus = serializers.ListField(child=serializers.UUIDField(), required=False)
    effort = PartSerializer(many=True, required=False)
    today = PartSerializer(many=True, required=False, help_text="Empty where nobody knows.")
    left_out = NotToDoSerializer(many=True, required=False)
    moves = FocusMoveSerializer(many=True, required=False)
    expected = ExpectedSerializer(many=True, required=False)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)


class DecisionSerializer(DraftSerializer):
    """A decision: proposed by the result, drafted, or made and frozen."""

    id = serializers.UUIDField(allow_null=True)
    round = serializers.UUIDField()
    status = serializers.ChoiceField(STATUSES)
    spent = SpentSerializer(many=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField(allow_null=True)
    as_of = serializers.DateTimeField(allow_null=True)


class SecondThoughtSerializer(serializers.Serializer[Any]):
    """One question about one candidate."""

    icp = serializers.UUIDField(source="icp_id")
    dimension = serializers.CharField(max_length=40)
    low = serializers.IntegerField(read_only=True)
    high = serializers.IntegerField(read_only=True)
    closed_at = serializers.DateTimeField(read_only=True, allow_null=True)


class SecondThoughtsSerializer(serializers.Serializer[Any]):
    """Which gaps are graded again; the widest five where none are named."""

    gaps = SecondThoughtSerializer(many=True, required=False)


def described(decision: Decision) -> dict[str, Any]:
    """A decision as programs read it."""
    owners = {str(user.pk): user.email for user in User.objects.filter(pk__in=_owners(decision))}
    return {
        "id": None if decision._state.adding else str(decision.pk),
        "round": str(decision.round_id),
        "status": "decided" if decision.decided_at else "proposed" if decision._state.adding else "draft",
        **{name: getattr(decision, name) for name in ("focus", "effort", "today", "spent", "left_out", "expected")},
        "moves": [move | {"owner": owners.get(str(move["owner"]))} for move in decision.moves],
        "note": decision.note,
        "decided_at": decision.decided_at.isoformat() if decision.decided_at else None,
        "decided_by": str(decision.decided_by) if decision.decided_by else None,
        "as_of": decision.as_of.isoformat() if decision.as_of else None,
    }


def _owners(decision: Decision) -> list[str]:
    return [move["owner"] for move in decision.moves if move["owner"]]


class _AfterRound(WorkspaceViewSet):
    """What follows a round: found only by those who may know of it."""

    reads = "rounds.grade"
    writes = "rounds.run"
    queryset = Round.everywhere.none()

    def _round(self, pk: Any) -> Round:
        sees_all = "icps.view" in self.allowed
        rounds = preparing.readable_rounds(self.workspace, user=self.membership.user, sees_all=sees_all)
        found: Round = get_object_or_404(rounds, pk=pk)
        return found

    def _do[Answer](self, work: Callable[[], Answer]) -> Answer:
        try:
            return work()
        except TooLate as reason:
            raise Conflict(str(reason)) from reason
        except NotPossible as reason:
            raise Refused(str(reason)) from reason


class DecisionViewSet(_AfterRound):
    """The decision after a round: whom to serve, where the effort goes, what not to do, three moves."""

    serializer_class = DecisionSerializer

    @extend_schema(responses=DecisionSerializer)
    def retrieve(self, request: Request, pk: Any, **kwargs: Any) -> Response:
        """What was decided, drafted, or is proposed. 409 while the round is open and nothing was decided before."""
        round = self._round(pk)
        draft = deciding.draft_of(round) if "rounds.run" in self.allowed else None
        decision = draft or deciding.decided_of(round)
        if decision is None and round.result is None:
            raise Conflict("This round is open. Close it, and then decide what follows from its result.")
        return Response(described(decision or drafting.proposal(round, clock.as_of(self.workspace))))

    @extend_schema(request=DraftSerializer, responses={201: DecisionSerializer})
    def create(self, request: Request, pk: Any, **kwargs: Any) -> Response:
        """Make it the focus: freezes the draft with what is sent, and puts the moves on the plan."""
        round, told, as_of = self._round(pk), self._told(request), clock.as_of(self.workspace)
        made = self._do(lambda: deciding.decide(round, by=self.membership.user, at=now(), as_of=as_of, **told))
        return Response(described(made), status=201)

    @extend_schema(request=DraftSerializer, responses=DecisionSerializer)
    def partial_update(self, request: Request, pk: Any, **kwargs: Any) -> Response:
        """Keep a draft."""
        round, told, as_of = self._round(pk), self._told(request), clock.as_of(self.workspace)
        kept = self._do(lambda: deciding.keep_draft(round, by=self.membership.user, as_of=as_of, **told))
        return Response(described(kept))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: Any, **kwargs: Any) -> Response:
        """Throw the draft away; what was decided stays."""
        deciding.drop_draft(self._round(pk))
        return Response(status=204)

    @extend_schema(request=None, responses={201: DecisionSerializer})
    def change(self, request: Request, pk: Any, **kwargs: Any) -> Response:
        """Begin another decision from the one that stands, which stays in force until the next is made."""
        round = self._round(pk)
        return Response(described(self._do(lambda: deciding.change_focus(round, by=self.membership.user))), status=201)

    @extend_schema(request=SpentSerializer, responses=DecisionSerializer)
    def spent(self, request: Request, pk: Any, **kwargs: Any) -> Response:
        """Say where the effort goes now."""
        decision = deciding.decided_of(self._round(pk))
        sent = SpentSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        if decision is None:
            raise Conflict("Nothing is decided after this round yet.")
        on, shares = now().date(), sent.validated_data["shares"]
        told = self._do(lambda: deciding.tell_spent(decision, shares, by=self.membership.user, on=on))
        return Response(described(told))

    def _told(self, request: Request) -> dict[str, Any]:
        sent = DraftSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = dict(sent.validated_data)
        for move in told.get("moves", []):
            if move.get("owner"):
                move["owner"] = self._member(move["owner"])
        return told

    def _member(self, email: str) -> Any:
        found = User.objects.filter(memberships__workspace=self.workspace, email__iexact=email).first()
        if found is None:
            raise Refused("The owner of a move is a member of the workspace; send the address they sign in with.")
        return found.pk


class GapViewSet(_AfterRound):
    """Second thoughts: gaps that are graded again, once, as blind as the first answers."""

    serializer_class = SecondThoughtSerializer
    queryset = Gap.everywhere.none()
    pagination_class = None

    @extend_schema(responses=SecondThoughtSerializer(many=True))
    def list(self, request: Request, pk: Any, **kwargs: Any) -> Response:
        """The gaps that are, or were, graded again; `low` and `high` are the ends of the first answers."""
        return Response(SecondThoughtSerializer(focusing.graded_again(self._round(pk)), many=True).data)

    @extend_schema(request=SecondThoughtsSerializer, responses={201: SecondThoughtSerializer(many=True)})
    def create(self, request: Request, pk: Any, **kwargs: Any) -> Response:
        """Have gaps graded again. After the close the result moves to `history` until they are closed."""
        found = self._round(pk)
        sent = SecondThoughtsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        named = sent.validated_data.get("gaps")
        cells = None if named is None else [(each["icp_id"], each["dimension"]) for each in named]
        round = self._do(lambda: focusing.think_again(found, cells, by=self.membership.user))
        return Response(SecondThoughtSerializer(focusing.open_gaps(round), many=True).data, status=201)

    @extend_schema(request=None, responses=SecondThoughtSerializer(many=True))
    def close(self, request: Request, pk: Any, **kwargs: Any) -> Response:
        """Show the second answers, and take no more of them."""
        found, as_of = self._round(pk), clock.as_of(self.workspace)
        self._do(lambda: focusing.close_gaps(found, by=self.membership.user, at=now(), as_of=as_of))
        return Response(SecondThoughtSerializer(focusing.graded_again(found), many=True).data)


class BookViewSet(_AfterRound):
    """The result of a round as a workbook."""

    @extend_schema(responses={(200, KIND): OpenApiTypes.BINARY})
    def retrieve(self, request: Request, pk: Any, **kwargs: Any) -> HttpResponse:
        """Ranking, questions, answers without names, gaps, decision. 409 while the round is open."""
        round = self._round(pk)
        if round.result is None:
            raise Conflict("This round is open. Its result can be read once it is closed.")
        sent = HttpResponse(workbook(round, round.result, decided_on(round, round.result)), content_type=KIND)
        sent["Content-Disposition"] = f'attachment; filename="{file_name(round)}"'
        return sent


def after(round: Round, result: dict[str, Any]) -> dict[str, Any]:
    """What the result says of the decision that stands on it: all null while nothing is decided."""
    decision = decided_on(round, result)
    told = described(decision) if decision else None
    names = ("focus", "effort", "left_out")
    return {"decision": told} | {name: told[name] if told else None for name in names}
