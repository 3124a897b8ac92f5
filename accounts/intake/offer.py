"""Section Offer and money: what people pay for, and what of it stays."""

from accounts.intake.question import Choice, Condition, Kind, Question, Section

TO_COMPANIES = Condition("Asked when you sell to companies.", when={"selling": ("companies", "mixed")})
NOT_ONLY_COMPANIES = Condition("Asked unless you sell to companies only.", unless={"selling": ("companies",)})

OFFER = Question(
    "offer",
    "What do you sell?",
    "In one sentence, as you would say it to a neighbour.",
    Kind.TEXT,
    section=Section.OFFER,
    example="Coffee and tea by mail, roasted the same week",
)
BILLING = Question(
    "billing",
    "How do people pay for it?",
    "The rhythm of the payments decides what shows that somebody stays.",
    Kind.ONE,
    (
        Choice(
            "month",
            "By the month",
            "Home puts who still buys before the rest of its figures.",
            figures=("active_share",),
            kpis=("renewed",),
        ),
        Choice(
            "year",
            "By the year",
            "Home puts what a customer brings in a year before the rest of its figures.",
            figures=("revenue_per_customer",),
            kpis=("renewed",),
        ),
        Choice(
            "use",
            "By use",
            "Home puts how often people order before the rest of its figures.",
            figures=("orders_per_buyer",),
            kpis=("order_value",),
        ),
    ),
    section=Section.OFFER,
    condition=Condition("Asked when you sell subscriptions.", when={"selling": ("subscription", "mixed")}),
)
PRICE = Question(
    "price",
    "What does a usual purchase cost?",
    "About. A subscription: one payment.",
    Kind.MONEY,
    section=Section.OFFER,
    condition=NOT_ONLY_COMPANIES,
)
DEAL_SIZE = Question(
    "deal_size",
    "How large is a usual deal?",
    "About, in the first year.",
    Kind.MONEY,
    section=Section.OFFER,
    condition=TO_COMPANIES,
)
MARGIN = Question(
    "margin",
    "How much of the price is left after the goods?",
    "Your margin before rent, wages and ads. We never assume one.",
    Kind.PERCENT,
    high=100,
    section=Section.OFFER,
    condition=Condition(
        "Asked when a price or the size of a deal is given, or orders say what customers pay.",
        when={"price": (), "deal_size": ()},
        measured="revenue_per_customer",
    ),
)
QUESTIONS = (OFFER, BILLING, PRICE, DEAL_SIZE, MARGIN)
