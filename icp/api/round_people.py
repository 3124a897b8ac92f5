"""People and candidates of a round over the API: more of them, fewer of them, a reminder."""

from collections.abc import Callable
from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.api.errors import Conflict, Refused
from accounts.models.user import User
from customers import clock
from icp import inviting, preparing, suggesting
from icp.api.round_serializers import (
    AskedSerializer,
    ComparedSerializer,
    RemindedSerializer,
    RemindingSerializer,
    RoundSerializer,
)
from icp.models.definition import Icp
from icp.models.grading import Round
from icp.refusing import NotPossible, TooLate

ONE_PERSON = OpenApiParameter("grader", str, OpenApiParameter.PATH, description="The id in the round's progress.")
ONE_CANDIDATE = OpenApiParameter("icp", str, OpenApiParameter.PATH, description="The id of the candidate.")
AN_ID = r"(?P<{}>[0-9a-f-]{{36}})"


class RoundPeople(GenericViewSet[Any]):
    """The part of a round's endpoints that says who grades whom."""

    membership: Any
    workspace: Any

    @extend_schema(request=AskedSerializer, responses=RoundSerializer)
    @action(detail=True, methods=["post"])
    def graders(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Ask more people, while the round is open. Who was taken out comes back, answers and all."""
        round = self._round(pk)
        serializer = AskedSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return self._after(round, lambda user: inviting.ask(round, **serializer.validated_data, by=user))

    @extend_schema(request=None, responses=RoundSerializer, parameters=[ONE_PERSON])
    @action(detail=True, methods=["delete"], url_path=f"graders/{AN_ID.format('grader')}")
    def remove_grader(self, request: Request, pk: str, grader: str, **kwargs: Any) -> Response:
        """Take somebody out of an open round: the answers count no more. 409 once it is closed."""
        round = self._round(pk)
        return self._after(round, lambda user: inviting.remove(round, grader, by=user, at=now()))  # type: ignore[arg-type]

    @extend_schema(request=RemindingSerializer, responses=RemindedSerializer)
    @action(detail=True, methods=["post"])
    def remind(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Remind whoever has answers left, each once a day at most."""
        round = self._round(pk)
        serializer = RemindingSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        only = serializer.validated_data.get("graders")
        reminded = self._done(lambda user: inviting.remind(round, by=user, at=now(), only=only))
        return Response({"reminded": [grader.email for grader in reminded]})

    @extend_schema(request=ComparedSerializer, responses=RoundSerializer)
    @action(detail=True, methods=["post"])
    def candidates(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Compare one more candidate, while the round is open and no answers are shown."""
        round = self._round(pk)
        serializer = ComparedSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        icp, as_of = serializer.validated_data["icp"], clock.as_of(self.workspace)
        return self._after(round, lambda user: suggesting.freeze(preparing.add_candidate(round, icp, by=user), as_of))

    @extend_schema(request=None, responses=RoundSerializer, parameters=[ONE_CANDIDATE])
    @action(detail=True, methods=["delete"], url_path=f"candidates/{AN_ID.format('icp')}")
    def remove_candidate(self, request: Request, pk: str, icp: str, **kwargs: Any) -> Response:
        """Compare one candidate less. Its answers in this round are deleted."""
        round = self._round(pk)
        found = get_object_or_404(Icp.objects.in_workspace(self.workspace), pk=icp)
        return self._after(round, lambda user: preparing.remove_candidate(round, found, by=user))

    def _round(self, pk: str) -> Round:
        found: Round = get_object_or_404(self.get_queryset(), pk=pk)
        return found

    def _changed(self, change: Callable[[User], Round]) -> Response:
        return Response(self.get_serializer(self._done(change)).data)

    def _after(self, round: Round, change: Callable[[User], object]) -> Response:
        """The round as it is after a change that answers something else."""
        self._done(change)
        return Response(self.get_serializer(self._round(str(round.pk))).data)

    def _done[Answer](self, change: Callable[[User], Answer]) -> Answer:
        try:
            return change(self.membership.user)
        except TooLate as reason:
            raise Conflict(str(reason)) from reason
        except NotPossible as reason:
            raise Refused(str(reason)) from reason
