"""Rounds over the API: ask, grade blindly, close, read the result."""

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
from icp import focusing, grading, inviting, preparing
from icp.api.grades import GradeSerializer, SentGradeSerializer
from icp.api.results import ResultSerializer
from icp.api.round_people import RoundPeople
from icp.api.round_serializers import ChangedRoundSerializer, NewRoundSerializer, RoundSerializer
from icp.models.grading import Round
from icp.refusing import NotPossible, TooLate

ONE_QUESTION = OpenApiParameter("dimension", str, OpenApiParameter.PATH, description="The id of the question.")

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
    rights = {"grades": "rounds.grade"}

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
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def grades(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Own answers; those of others, without names, once their question is closed. POST one or a list."""
        round = self._round(pk)
        if request.method == "POST":
            return self._keep(request, round)
        rows = (
            grading.visible(round, self.membership.user).select_related("grader").order_by("dimension", "icp", "score")
        )
        return Response(GradeSerializer(rows, many=True, context={"user": self.membership.user}).data)

    def _keep(self, request: Request, round: Round) -> Response:
        many = isinstance(request.data, list)
        serializer = SentGradeSerializer(data=request.data, many=many)
        serializer.is_valid(raise_exception=True)
        told = serializer.validated_data if many else [serializer.validated_data]
        if not grading.may_grade(round, self.membership.user):
            raise PermissionDenied("You were not asked to grade this round.")
        try:
            kept = grading.keep_answers(round, [grading.Answer(**one) for one in told], by=self.membership.user)
        except TooLate as reason:
            raise Conflict(str(reason)) from reason
        except NotPossible as reason:
            raise Refused(str(reason)) from reason
        sent = {(str(one["icp"]), one["dimension"]) for one in told}
        chosen: Any = [grade for grade in kept if (str(grade.icp_id), grade.dimension) in sent]
        answer = GradeSerializer(chosen, many=True, context={"user": self.membership.user}).data
        return Response(answer if many else answer[0])

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
        return Response(round.result)


def _link(request: Request, secret: str) -> str:
    return request.build_absolute_uri(reverse("accounts:join", args=[secret]))
