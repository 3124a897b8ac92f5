"""The nouns of accounts. Django needs them importable from here; our own code imports the submodule."""

from accounts.models.audit import AuditEntry
from accounts.models.intake import IntakeChange, IntakeQuestion, IntakeSurvey
from accounts.models.job import Job
from accounts.models.kept import KeptAnswer
from accounts.models.key import ApiKey
from accounts.models.notification import Mailing, Notification, Refusal
from accounts.models.user import User
from accounts.models.workspace import Invitation, Membership, Workspace

__all__ = [
    "ApiKey",
    "AuditEntry",
    "IntakeChange",
    "IntakeQuestion",
    "IntakeSurvey",
    "Invitation",
    "Job",
    "KeptAnswer",
    "Mailing",
    "Membership",
    "Notification",
    "Refusal",
    "User",
    "Workspace",
]
