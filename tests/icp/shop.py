"""A shop small enough to count by hand, taken all the way to its main segments."""

from typing import Any

from accounts.models.workspace import Workspace
from customers.tasks import request_profile
from tests.conftest import run_jobs
from tests.customers.stage import a_customer, bought, recorded


def twelve_buyers(workspace: Workspace) -> None:
    """Two brought 600 each and come often, six 87 together lately, four 158 long ago; one never bought."""
    people = [a_customer(workspace, f"buyer-{n}") for n in range(13)]
    lines: list[dict[str, Any]] = []
    for who in (0, 1):
        lines += [bought(people[who], days, 20_000, order=100 * who + days) for days in (61, 31, 1)]
    lines += [bought(people[who], 5 + who, 1_000 + 100 * who, order=1000 + who) for who in range(2, 8)]
    lines += [bought(people[who], 390 + who, 3_000 + 100 * who, order=1000 + who) for who in range(8, 12)]
    recorded(workspace, lines)


def settle(workspace: Workspace, capture: Any) -> None:
    """Carry out the profile and all that follows from it, as after an import."""
    with capture(execute=True):
        request_profile(workspace, None)
    while True:
        with capture(execute=True):
            done = run_jobs(workspace)
        if not done:
            return
