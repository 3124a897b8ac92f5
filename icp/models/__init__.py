"""The nouns of icp. Django needs them importable from here; our own code imports the submodule."""

from icp.models.decision import Decision
from icp.models.definition import Evidence, Icp, IcpVersion
from icp.models.grading import Gap, Grade, Grader, Round, Rubric
from icp.models.insight import Insight
from icp.models.measurement import Measurement
from icp.models.persona import Persona
from icp.models.plan import Action
from icp.models.room import Room
from icp.models.visit import Visit

__all__ = [
    "Action",
    "Decision",
    "Evidence",
    "Gap",
    "Grade",
    "Grader",
    "Icp",
    "IcpVersion",
    "Insight",
    "Measurement",
    "Persona",
    "Room",
    "Round",
    "Rubric",
    "Visit",
]
