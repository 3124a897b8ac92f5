"""Section Business: how the business sells, where it stands, and what it can show."""

from accounts.intake.question import Choice, Kind, Question
from accounts.intake.weights import MORE

SELLING = Question(
    "selling",
    "How do you sell?",
    "It decides which figures come first.",
    Kind.ONE,
    (
        Choice(
            "shop",
            "A shop",
            "Home shows how much returning customers bring.",
            figures=("returning_revenue", "repeat_share", "order_value"),
        ),
        Choice(
            "subscription",
            "A subscription",
            "Home shows how many still buy, and how often.",
            figures=("active_share", "orders_per_buyer", "returning_revenue"),
        ),
        Choice(
            "companies",
            "To companies",
            "Home speaks of companies, and shows how much hangs on your ten biggest.",
            figures=("top_ten", "revenue_per_customer", "returning_revenue"),
        ),
        Choice(
            "mixed",
            "Mixed",
            "Home shows how much hangs on your ten biggest customers, and how much the returning ones bring.",
            figures=("top_ten", "returning_revenue", "repeat_share"),
        ),
    ),
    first=True,
)
STAGE = Question(
    "stage",
    "Where does the business stand?",
    "It decides what we propose first.",
    Kind.ONE,
    (
        Choice(
            "starting",
            "Before the first customers",
            "Naming ideal customers moves up in Next for you.",
            steps=("name_candidates",),
            weighs=(("urgency", MORE),),
            because="you look for the first customers",
        ),
        Choice(
            "first_customers",
            "The first customers are here",
            "Grading ideal customers with your team moves up in Next for you.",
            steps=("name_candidates", "start_round"),
            weighs=(("adoption", MORE),),
            because="your first customers are here",
        ),
        Choice(
            "growing",
            "Growing",
            "Your best customers move up in Next for you.",
            steps=("see_best",),
            weighs=(("growth", MORE),),
            because="you grow",
        ),
        Choice(
            "established",
            "Established",
            "Looking for segments that nobody has named moves up in Next for you.",
            steps=("find_segments",),
            weighs=(("leadership", MORE),),
            because="you are established",
        ),
        Choice(
            "shrinking",
            "Shrinking",
            "The people at risk move up in Next for you.",
            steps=("see_at_risk",),
            weighs=(("loyalty", MORE),),
            because="you shrink",
        ),
    ),
)
HAVE = Question(
    "have",
    "What do you have?",
    "All that applies.",
    Kind.MANY,
    (
        Choice(
            "orders", "Orders", "Bring the order file first: your main segments come from it.", steps=("check_books",)
        ),
        Choice(
            "customer_list",
            "A customer list",
            "A list does not say who buys, so orders come first; names and countries are read from them as well.",
        ),
        Choice("deals", "Deals", "A list of deals with a customer, a date and an amount is read like an order file."),
        Choice(
            "live_tracking",
            "Live tracking",
            "Orders exported as a file are enough to start; figures then say until when the data go.",
        ),
        Choice(
            "nothing",
            "Nothing yet",
            "Then we start from what you know: Home leads with naming and grading ideal customers.",
            steps=("name_candidates", "start_round"),
        ),
    ),
    at_most=5,
    first=True,
)
QUESTIONS = (SELLING, STAGE, HAVE)
