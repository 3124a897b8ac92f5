"""The pages and questions that search leads to: under their own names, and under those of the method."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from accounts.models.workspace import Membership
from accounts.questions import QUESTIONS


@dataclass(frozen=True)
class Place:
    """A page or an answered question. `words` are other names under which somebody may look for it."""

    title: str
    page: str
    right: str
    words: str = ""
    anchor: str = ""


PAGES = (
    Place("Home", "icp:home", "data.view", "start today goal"),
    Place("First look", "icp:first-look", "data.view", "Insights Insight 360 six sentences"),
    Place("Segments", "segments:list", "segments.view", "main segments groups champions buying habits"),
    Place("New segment", "segments:new", "segments.change", "make segment conditions fixed list"),
    Place("Write conditions", "segments:conditions", "segments.change", "rules filter segment"),
    Place("Found for you", "segments:found", "segments.change", "look for segments nobody has named"),
    Place("Customers", "customers:list", "data.view", "people companies find somebody"),
    Place("Ideal customers", "icp:list", "icps.view", "ICPGrader ICP candidates"),
    Place("Name candidates", "icp:new", "icps.change", "ICPGrader ideal customers without data"),
    Place("Personas", "icp:personas", "icps.view", "persona face portrait"),
    Place("Grading", "icp:rounds", "rounds.grade", "ICPGrader round rounds grade scorecard"),
    Place("Scorecards", "icp:scorecards", "icps.view", "ICPGrader questions importance weights words ICP 10 ICP 11"),
    Place("Focus", "icp:focus", "icps.view", "decision best 15 percent ICPGrader"),
    Place("Plan", "icp:plan", "plan.view", "NextMove moves lists sent results"),
    Place("Add a move", "icp:move-new", "plan.change", "NextMove plan"),
    Place("Data", "customers:sources", "data.view", "sources files import upload"),
    Place("Add data", "customers:import-new", "data.change", "bring file upload orders import export Shopify"),
    Place("Check against your books", "customers:books", "data.view", "revenue months tax returns shipping"),
    Place("Fields", "customers:fields", "data.view", "figures details meaning fill"),
    Place("New figure", "customers:figure-new", "data.change", "own figure formula"),
    Place("Ask a colleague", "customers:ask", "data.change", "upload link file export"),
    Place("Notifications", "accounts:notifications", "workspace.view", "bell news"),
    Place("Key figures on Home", "icp:key-figures", "intake.change", "choose others three figures"),
    Place("Business profile", "accounts:intake", "intake.view", "Intake survey goal questions"),
    Place("Clock and money", "accounts:settings", "members.view", "settings time zone currency name"),
    Place("Team", "accounts:team", "members.view", "settings invite people roles members"),
    Place("Keys and API", "accounts:keys", "tokens.manage", "settings token programs"),
    Place("Activity", "accounts:activity", "audit.view", "settings who did what record"),
    Place("Work in progress", "accounts:jobs", "jobs.view", "running jobs background"),
    Place("You", "accounts:me", "workspace.view", "account password appearance dark sign out"),
    Place("Help", "accounts:help", "workspace.view", "words manual"),
)
QUESTIONS_ANSWERED = (
    Place("What does “Data until” mean?", "accounts:help", "workspace.view", "clock today lapsed old", "data-until"),
    Place("How are orders counted?", "accounts:help", "workspace.view", "order days number", "orders"),
    Place("What counts as spent?", "accounts:help", "workspace.view", "revenue net gross returns", "spent"),
    Place(
        "What are main segments?", "accounts:help", "workspace.view", "champions loyal at risk lapsed", "main-segments"
    ),
    Place("What is a fact, an answer, a guess?", "accounts:help", "workspace.view", "know dashed", "fact"),
    Place("What is a candidate?", "accounts:help", "workspace.view", "ideal customer ICP", "candidate"),
    Place("How does grading work?", "accounts:help", "workspace.view", "round grade blind ICPGrader", "round"),
    Place("What is the focus?", "accounts:help", "workspace.view", "best 15 percent effort", "focus"),
    Place("Where do I find my order file?", "customers:import-new", "data.change", "export Shopify WooCommerce Stripe"),
    # what is asked of some businesses only is found from the survey itself
    *(
        Place(asked.text, "accounts:intake", "intake.view", "Intake survey", asked.id)
        for asked in QUESTIONS
        if asked.condition is None
    ),
)


def open_to(member: Membership, places: tuple[Place, ...]) -> list[tuple[Place, str]]:
    """The places this person may go to, each with its address."""
    found = ((place, _address(place, member.workspace.slug)) for place in places if member.may(place.right))
    return [(place, address) for place, address in found if address]


def _address(place: Place, slug: str) -> str:
    """Where it is; nothing while the page does not exist."""
    try:
        address = reverse(place.page, args=[slug])
    except NoReverseMatch:
        return ""
    return f"{address}#{place.anchor}" if place.anchor else address
