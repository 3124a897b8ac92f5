"""Personas over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Refused
from accounts.api.views import WorkspaceViewSet
from customers import clock
from icp import portraying
from icp.models.definition import Kind, Part
from icp.models.persona import Persona
from icp.refusing import NotPossible
from segments.models.segment import Segment


class PersonaLineSerializer(serializers.Serializer[Any]):
    """One line of a card: what, how we know it, and what stands behind it."""

    id = serializers.UUIDField()
    part = serializers.ChoiceField(Part.choices)
    kind = serializers.ChoiceField(Kind.choices)
    text = serializers.CharField()
    evidence = serializers.ListField(child=serializers.DictField())


class NewPersonaLineSerializer(serializers.Serializer[Any]):
    """A guess, or an answer with who gave it."""

    part = serializers.ChoiceField(Part.choices)
    kind = serializers.ChoiceField(Kind.choices, default=Kind.GUESS)
    text = serializers.CharField(max_length=300)
    said_by = serializers.CharField(
        source="source", max_length=200, required=False, help_text="Who told you; an answer needs it."
    )


class RenameSerializer(serializers.Serializer[Any]):
    """What may be changed of a card itself."""

    name = serializers.CharField(max_length=80, required=False)
    sentence = serializers.CharField(max_length=300, required=False, allow_blank=True)


class PersonaSerializer(serializers.Serializer[Persona]):
    """A segment with a name and a face. Facts are filled in from the data."""

    id = serializers.UUIDField(read_only=True)
    segment = serializers.PrimaryKeyRelatedField(queryset=Segment.everywhere.none())
    name = serializers.CharField(max_length=80)
    sentence = serializers.CharField(max_length=300, required=False, allow_blank=True)
    lines = PersonaLineSerializer(many=True, read_only=True)
    people = serializers.IntegerField(read_only=True)
    as_of = serializers.DateTimeField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        view: Any = self.context.get("view")
        if hasattr(view, "workspace"):
            fields["segment"].queryset = Segment.objects.in_workspace(view.workspace).live()
        return fields


class PersonaViewSet(WorkspaceViewSet):
    """Cards of segments: every line is a fact, an answer or a guess."""

    serializer_class = PersonaSerializer
    queryset = Persona.everywhere.none()
    reads = "icps.view"
    writes = "icps.change"

    def get_queryset(self) -> Any:
        return portraying.personas(self.workspace) if hasattr(self, "workspace") else self.queryset

    def list(self, request: Request, **kwargs: Any) -> Response:
        """All cards, newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """One card."""
        return Response(self.get_serializer(self._found(pk)).data)

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Draw a card. A segment of fewer than 20 people is refused."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            as_of = clock.as_of(self.workspace)
            made = portraying.portray(**sent.validated_data, as_of=as_of, by=self.membership.user)
        except NotPossible as reason:
            raise Refused(str(reason)) from reason
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(request=RenameSerializer)
    def partial_update(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Change name or sentence."""
        persona, sent = self._found(pk), RenameSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = {"name": persona.name, "sentence": persona.sentence} | sent.validated_data
        portraying.rename(persona, **told, by=self.membership.user)
        return Response(self.get_serializer(persona).data)

    @extend_schema(request=NewPersonaLineSerializer, responses={201: PersonaSerializer})
    def add_line(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Write a guess or an answer."""
        persona, sent = self._found(pk), NewPersonaLineSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            portraying.add_line(persona, **sent.validated_data, by=self.membership.user)
        except NotPossible as reason:
            raise Refused(str(reason)) from reason
        return Response(self.get_serializer(persona).data, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Take a card away. Its segment stays."""
        portraying.remove(self._found(pk), by=self.membership.user)
        return Response(status=204)

    def _found(self, pk: str) -> Persona:
        found: Persona = get_object_or_404(self.get_queryset(), pk=pk)
        return found
