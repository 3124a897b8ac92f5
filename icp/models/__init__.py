"""The nouns of icp. Django needs them importable from here; our own code imports the submodule."""

from icp.models.definition import Evidence, Icp
from icp.models.grading import Grade, Grader, Round, Rubric
from icp.models.insight import Insight
from icp.models.measurement import Measurement
from icp.models.persona import Persona
from icp.models.plan import Action
from icp.models.visit import Visit

__all__ = [
    "Action",
    "Evidence",
    "Grade",
    "Grader",
    "Icp",
    "Insight",
    "Measurement",
    "Persona",
    "Round",
    "Rubric",
    "Visit",
]
