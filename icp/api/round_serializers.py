"""How rounds are written and read. Nothing here touches what somebody chose."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from icp import grading, inviting, preparing, wording
from icp.models.definition import Icp
from icp.models.grading import Grader, Round, Rubric


class NewRoundSerializer(serializers.Serializer[Any]):
    """What a round is opened with."""

    name = serializers.CharField(max_length=120)
    icps = serializers.PrimaryKeyRelatedField(many=True, queryset=Icp.everywhere.none())
    rubric = serializers.PrimaryKeyRelatedField(
        queryset=Rubric.everywhere.none(), required=False, help_text="ICP 10 where none is named."
    )
    graders = serializers.ListField(child=serializers.CharField(), default=list, help_text="E-mail addresses.")
    close = serializers.ChoiceField(Round.Close.choices, default=Round.Close.ROUND)
    facts_first = serializers.BooleanField(default=False, help_text="Facts before the own answer, not after.")
    due_on = serializers.DateField(default=None, allow_null=True, help_text="By when everybody is asked to grade.")

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        view: Any = self.context.get("view")
        if hasattr(view, "workspace"):
            fields["icps"].child_relation.queryset = Icp.objects.in_workspace(view.workspace)
            fields["rubric"].queryset = wording.rubrics(view.workspace)
        return fields

    def asked(self) -> dict[str, Any]:
        told = dict(self.validated_data)
        told["emails"] = told.pop("graders")
        told.setdefault("rubric", wording.default_rubric(self.context["view"].workspace))
        return told


class PersonProgressSerializer(serializers.Serializer[Any]):
    """How far one person is."""

    id = serializers.UUIDField(help_text="For DELETE rounds/{id}/graders/{grader}/.")
    email = serializers.EmailField()
    answered = serializers.IntegerField()
    wanted = serializers.IntegerField()
    done = serializers.BooleanField()
    reminded_at = serializers.DateTimeField(allow_null=True)


class ChangedRoundSerializer(serializers.Serializer[Any]):
    """What may change in a round at any time."""

    name = serializers.CharField(max_length=120, required=False)
    due_on = serializers.DateField(required=False, allow_null=True)


class AskedSerializer(serializers.Serializer[Any]):
    """More people for an open round."""

    emails = serializers.ListField(child=serializers.CharField(), allow_empty=False, help_text="E-mail addresses.")


class RemindingSerializer(serializers.Serializer[Any]):
    """Whom to remind: everybody with answers left, where nobody is named."""

    graders = serializers.ListField(child=serializers.UUIDField(), required=False)


class RemindedSerializer(serializers.Serializer[Any]):
    """Who was reminded now; nobody hears it twice a day."""

    reminded = serializers.ListField(child=serializers.EmailField())


class ComparedSerializer(serializers.Serializer[Any]):
    """One more candidate."""

    icp = serializers.PrimaryKeyRelatedField(queryset=Icp.everywhere.none())

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        view: Any = self.context.get("view")
        if hasattr(view, "workspace"):
            fields["icp"].queryset = Icp.objects.in_workspace(view.workspace)
        return fields


class InvitationSerializer(serializers.Serializer[Any]):
    """A link that lets one address in, shown once."""

    email = serializers.EmailField()
    link = serializers.URLField()


class RoundSerializer(serializers.ModelSerializer[Round]):
    """A round and how far it is."""

    graders = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()
    minutes = serializers.SerializerMethodField(help_text="About how long one person needs.")
    icps: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    is_closed = serializers.BooleanField(read_only=True)
    invitations = InvitationSerializer(many=True, read_only=True, required=False)
    history = serializers.ListField(child=serializers.DictField(), read_only=True)
    closed_questions = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Round
        fields = [
            *(
                "id",
                "name",
                "icps",
                "rubric",
                "graders",
                "close",
                "facts_first",
                "due_on",
                "closed_questions",
                "is_closed",
                "closed_at",
            ),
            *("as_of", "progress", "minutes", "history", "invitations", "created_at"),
        ]
        read_only_fields = fields

    def get_graders(self, round: Round) -> list[str]:
        return [grader.email for grader in self._shown(round)]

    @extend_schema_field(PersonProgressSerializer(many=True))
    def get_progress(self, round: Round) -> list[dict[str, Any]]:
        progress, wanted = grading.progress(round), grading.wanted_now(round)
        return [
            {
                "id": str(grader.pk),
                "email": grader.email,
                "answered": progress[grader.pk][0],
                "wanted": wanted,
                "done": progress[grader.pk][1],
                "reminded_at": grader.reminded_at,
            }
            for grader in self._shown(round)
        ]

    def get_minutes(self, round: Round) -> int:
        return preparing.minutes(candidates=round.icps.count(), questions=len(round.rubric.dimensions))

    def _shown(self, round: Round) -> list[Grader]:
        """Everybody for the team; a grader reads only the own address."""
        graders = inviting.people(round)
        view = self.context["view"]
        if "icps.view" in view.allowed:
            return list(graders)
        return [grader for grader in graders if grader.email.lower() == view.membership.user.email.lower()]
