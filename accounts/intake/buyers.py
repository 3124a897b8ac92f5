"""Section Customers and channels: who buys today, where they come from, how they decide."""

from accounts.intake.offer import NOT_ONLY_COMPANIES, TO_COMPANIES
from accounts.intake.question import Choice, Kind, Question, Section
from accounts.intake.weights import LESS, MORE

CURRENT = Question(
    "current",
    "Who buys from you today?",
    "Up to six kinds of customers, a few words each.",
    Kind.LIST,
    at_most=6,
    section=Section.CUSTOMERS,
    example="Small offices",
)
CHANNELS = Question(
    "channels",
    "Where do new customers come from?",
    "All that bring a fair number.",
    Kind.MANY,
    (
        Choice("search", "Search", kpis=("new_customers",)),
        Choice(
            "ads",
            "Paid ads",
            kpis=("cost_per_new",),
            weighs=(("reach", MORE),),
            because="you pay for every visitor",
        ),
        Choice("social", "Social media", kpis=("new_customers",)),
        Choice("mail", "E-mail", kpis=("mail_orders",)),
        Choice(
            "marketplace",
            "A marketplace",
            kpis=("repeat_share",),
            weighs=(("loyalty", MORE),),
            because="the marketplace keeps the customer",
        ),
        Choice("stores", "Shops and markets", kpis=("new_customers",)),
        Choice(
            "partners",
            "Partners and resellers",
            kpis=("left_per_customer",),
            weighs=(("value", MORE),),
            because="partners earn with you",
        ),
        Choice(
            "sales",
            "Our own sales people",
            kpis=("deals_won",),
            weighs=(("growth", MORE),),
            because="each sale takes a person",
        ),
        Choice(
            "recommended",
            "Recommendations",
            kpis=("recommended",),
            weighs=(("reach", LESS),),
            because="people recommend you",
        ),
    ),
    at_most=9,
    section=Section.CUSTOMERS,
)
RHYTHM = Question(
    "rhythm",
    "After how many days does a good customer buy again?",
    "About. For a subscription, from payment to payment.",
    Kind.NUMBER,
    unit="days",
    low=1,
    high=3650,
    section=Section.CUSTOMERS,
    condition=NOT_ONLY_COMPANIES,
)
SALES_CYCLE = Question(
    "sales_cycle",
    "How many days pass from the first talk to the order?",
    "About, for a usual deal.",
    Kind.NUMBER,
    unit="days",
    low=1,
    high=3650,
    section=Section.CUSTOMERS,
    condition=TO_COMPANIES,
)
DECIDERS = Question(
    "deciders",
    "Who says yes on the other side?",
    "For a usual deal.",
    Kind.ONE,
    (
        Choice("one", "One person", kpis=("deals_won",)),
        Choice(
            "some",
            "Several people",
            kpis=("days_to_order",),
            weighs=(("adoption", MORE),),
            because="several people must agree",
        ),
        Choice(
            "tender",
            "A tender or a purchasing department",
            kpis=("days_to_order",),
            weighs=(("adoption", MORE), ("likelihood", MORE)),
            because="a tender decides",
        ),
    ),
    section=Section.CUSTOMERS,
    condition=TO_COMPANIES,
)
QUESTIONS = (CURRENT, CHANNELS, RHYTHM, SALES_CYCLE, DECIDERS)
