"""Rounds over the API: ask, grade blindly, close, read the result."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Conflict, Refused
from accounts.api.views import WorkspaceViewSet
from accounts.joining import NotPossible as NotInvited
from customers import clock
from icp import focusing, grading, inviting, noticing, preparing
from icp.answering import Board
from icp.api.decisions import after
from icp.api.grades import CellSerializer, FactOfCellSerializer, GradeSerializer, SentGradeSerializer
from icp.api.results import ResultSerializer, SignSerializer
from icp.api.round_people import RoundPeople
from icp.api.round_serializers import ChangedRoundSerializer, NewRoundSerializer, RoundSerializer
from icp.models.grading import Grade, Round
from icp.refusing import NotPossible, TooLate

ONE_QUESTION = OpenApiParameter("dimension", str, OpenApiParameter.PATH, description="The id of the question.")

ONE_CELL = [
    OpenApiParameter("icp", str, required=True, description="The id of the candidate."),
    OpenApiParameter("dimension", str, required=True, description="The id of the question."),
]

ONE_OR_MANY = PolymorphicProxySerializer(
    component_name="SentGrades",
    serializers=[SentGradeSerializer, SentGradeSerializer(many=True)],
    resource_type_field_name=None,
    many=False,
)


class RoundViewSet(RoundPeople, WorkspaceViewSet):
    """Rounds: several people grade several candidates, blind until the close."""

    serializer_class = RoundSerializer
    queryset = Round.everywhere.none()
    reads = "rounds.grade"
    writes = "rounds.run"
    rights = {"grades": "rounds.grade", "signs": "rounds.run"}

    def get_queryset(self) -> Any:
        if not hasattr(self, "workspace"):
            return self.queryset
        return preparing.readable_rounds(
            self.workspace, user=self.membership.user, sees_all="icps.view" in self.allowed
        )

    def list(self, request: Request, **kwargs: Any) -> Response:
        """Rounds, newest first; a grader sees the own ones."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """One round: who was asked and how far they are, never what they chose."""
        return Response(self.get_serializer(self._round(pk)).data)

    @extend_schema(request=NewRoundSerializer, responses={201: RoundSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Ask people to grade. Addresses that are not members yet are answered with a link for each."""
        serializer = NewRoundSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        try:
            round = preparing.prepare_round(
                self.workspace, **serializer.asked(), as_of=clock.as_of(self.workspace), by=self.membership.user
            )
            invited = inviting.let_in(round, by=self.membership)
        except (NotPossible, NotInvited) as reason:
            raise Refused(str(reason)) from reason
        links = [{"email": each.invitation.email, "link": _link(request, each.secret)} for each in invited]
        return Response(self.get_serializer(round).data | {"invitations": links}, status=201)

    @extend_schema(request=ChangedRoundSerializer, responses=RoundSerializer)
    def partial_update(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Another name, another day by which to grade."""
        round = self._round(pk)
        serializer = ChangedRoundSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        told = {"name": round.name, "due_on": round.due_on} | serializer.validated_data
        return self._changed(lambda user: preparing.change(round, **told, by=user))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Delete a round in which nobody has answered yet; 409 otherwise."""
        try:
            preparing.delete_draft(self._round(pk), by=self.membership.user)
        except NotPossible as reason:
            raise Conflict(str(reason)) from reason
        return Response(status=204)

    @extend_schema(methods=["GET"], responses=GradeSerializer(many=True))
    @extend_schema(methods=["POST"], request=ONE_OR_MANY, responses={200: GradeSerializer(many=True)})
    @extend_schema(methods=["DELETE"], parameters=ONE_CELL, responses={204: None})
    @action(detail=True, methods=["get", "post", "delete"], pagination_class=None)
    def grades(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Own answers; those of others, without names, once their question is closed. POST one or a list.

        While a gap is open for second thoughts, an answer to it is kept as `turn` 2 beside the first. Each own answer
        carries the `fact` of its cell. DELETE takes one own answer back.
        """
        round = self._round(pk)
        if request.method == "POST":
            return self._keep(request, round)
        if request.method == "DELETE":
            return self._take_back(request, round)
        order = ("dimension", "icp", "turn", "score")
        return Response(self._graded(round, grading.visible(round, self.membership.user).order_by(*order)))

    @extend_schema(responses=FactOfCellSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None)
    def facts(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """What the data suggest, beside what this person has answered; all of it if the round shows facts first."""
        shown = Board(self._round(pk), self.membership.user).facts
        rows = [fact | {"icp": icp, "dimension": dimension} for (icp, dimension), fact in shown.items()]
        return Response(FactOfCellSerializer(rows, many=True).data)

    def _graded(self, round: Round, rows: Any) -> Any:
        context = {"board": Board(round, self.membership.user)}
        return GradeSerializer(rows.select_related("grader"), many=True, context=context).data

    def _take_back(self, request: Request, round: Round) -> Response:
        told = CellSerializer(data=request.query_params)
        told.is_valid(raise_exception=True)
        self._kept(round, [grading.Answer(**told.validated_data, score=None, is_taken_back=True)])
        return Response(status=204)

    def _keep(self, request: Request, round: Round) -> Response:
        many = isinstance(request.data, list)
        serializer = SentGradeSerializer(data=request.data, many=many)
        serializer.is_valid(raise_exception=True)
        told = serializer.validated_data if many else [serializer.validated_data]
        kept = self._kept(round, [grading.Answer(**one) for one in told])
        answer = self._graded(round, grading.own(round, self.membership.user).filter(pk__in=[row.pk for row in kept]))
        return Response(answer if many else answer[0])

    def _kept(self, round: Round, answers: Sequence[grading.Answer]) -> Sequence[Grade]:
        if not grading.may_grade(round, self.membership.user):
            raise PermissionDenied("You were not asked to grade this round.")
        try:
            return grading.keep_answers(round, answers, by=self.membership.user)
        except TooLate as reason:
            raise Conflict(str(reason)) from reason
        except NotPossible as reason:
            raise Refused(str(reason)) from reason

    @extend_schema(request=None, responses=RoundSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Take no more answers and freeze the result."""
        as_of = clock.as_of(self.workspace)
        return self._changed(lambda user: focusing.close_round(self._round(pk), by=user, at=now(), as_of=as_of))

    @extend_schema(request=None, responses=RoundSerializer, parameters=[ONE_QUESTION])
    @action(detail=True, methods=["post"], url_path=r"questions/(?P<dimension>[a-z0-9_]+)/close")
    def close_question(self, request: Request, pk: str, dimension: str, **kwargs: Any) -> Response:
        """Close one question of a round that closes question by question."""
        return self._changed(lambda user: focusing.close_question(self._round(pk), dimension=dimension, by=user))

    @extend_schema(request=None, responses=RoundSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Let people think again; the earlier result is kept in `history`."""
        return self._changed(lambda user: focusing.reopen(self._round(pk), by=user))

    @extend_schema(responses=ResultSerializer)
    @action(detail=True, methods=["get"])
    def result(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """The frozen result, best candidate first. 409 while the round is open."""
        round = self._round(pk)
        if round.result is None:
            raise Conflict("This round is open. Its result can be read once it is closed.")
        return Response(round.result | after(round, round.result))

    @extend_schema(responses=SignSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None)
    def signs(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Signs of haste or sameness, for whoever runs the round: a reason to ask. 409 while the round is open."""
        try:
            return Response(SignSerializer(noticing.notices(self._round(pk)), many=True).data)
        except TooLate as reason:
            raise Conflict(str(reason)) from reason


def _link(request: Request, secret: str) -> str:
    return request.build_absolute_uri(reverse("accounts:join", args=[secret]))
