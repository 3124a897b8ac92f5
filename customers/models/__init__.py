"""The nouns of customers. Django needs them importable from here; our own code imports the submodule."""

from customers.models.customer import Customer, Identifier
from customers.models.event import Code, EventFile, EventLog, InboxEvent
from customers.models.figure import Figure
from customers.models.kept import KeptFigure
from customers.models.profile import ProfileTable, RfmFit, Score
from customers.models.source import Import, Source
from customers.models.trait import Trait
from customers.models.upload import UploadLink

__all__ = [
    "Code",
    "Customer",
    "EventFile",
    "EventLog",
    "Figure",
    "Identifier",
    "Import",
    "InboxEvent",
    "KeptFigure",
    "ProfileTable",
    "RfmFit",
    "Score",
    "Source",
    "Trait",
    "UploadLink",
]
