"""How much a question of the scorecards counts: the names that the built-in ones give their questions."""

LESS, MORE = 0.5, 2.0

# tests/icp/test_surveyed.py holds this list against icp/scorecards.py, which accounts must not know.
NAMES = {
    "urgency": "Need",
    "advantage": "Better than others",
    "reach": "Reach",
    "market": "Room to earn",
    "mission": "Our direction",
    "value": "Revenue and margin",
    "adoption": "Quick start",
    "loyalty": "Loyalty",
    "growth": "Growth",
    "leadership": "First choice",
    "likelihood": "Likely to buy",
}


def counts(dimension: str, factor: float) -> str:
    """Loyalty counts more."""
    return f"{NAMES[dimension]} counts {'more' if factor > 1 else 'less'}"
