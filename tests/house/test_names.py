"""The laws of names and places."""

import ast
import re
from pathlib import Path

from tests.house.sources import APPS, ROOT, attributes, modules, tree

SAYS_NOTHING = {
    "utils", "helpers", "common", "misc", "manager", "managers", "services", "service", "base", "data", "info",
    "process", "handle",
}  # fmt: skip

# Who may look beyond one workspace, and why. Everybody else says whose rows.
MAY_LOOK_EVERYWHERE = {
    "accounts/access.py": "finds the membership that decides the workspace",
    "accounts/api/authentication.py": "finds the key that decides the workspace",
    "accounts/jobs.py": "the tick and the workers serve all workspaces",
    "accounts/mailing.py": "finds the membership by its signed link",
    "accounts/notifying.py": "a subquery of memberships that were found",
    "accounts/joining.py": "finds the invitation by its secret",
    "accounts/views/door.py": "lists the workspaces of one person",
    "customers/asking.py": "finds the upload link by its secret",
    "customers/building.py": "the sweep serves all workspaces",
    "customers/identifying.py": "writes many rows at once, all of one import's workspace",
    "customers/profiling.py": "update_or_create with the workspace among its values",
    "customers/recording.py": "the sweep serves all workspaces",
    "customers/tasks.py": "beat asks for every workspace's profile",
    "icp/inviting.py": "finds the place in a round by its signed link",
    "icp/management/commands/bootstrap.py": "commands serve the installation",
    "icp/knocking.py": "finds the room by its code, and the place by its secret",
    "icp/rooming.py": "a code is free when no room of anybody has it",
    "icp/views/door.py": "finds the round whose place somebody has, or nothing",
    "icp/seeding.py": "finds examples that are being built, whichever workspace they will be",
    "icp/visiting.py": "ends the visits of a person, whichever example it was",
    "icp/tasks.py": "the worker reads the job that it was given",
    "segments/api/segments.py": "subqueries of a segment that was found in its workspace",
    "segments/belonging.py": "subqueries of a segment that was found in its workspace",
    "segments/grouping.py": "updates rows that were read in their workspace",
    "segments/models/segment.py": "a subquery of segments that are scoped themselves",
    "segments/proposing.py": "updates rows that were read in their workspace",
    "segments/remembering.py": "snapshots of a segment that was found in its workspace",
    "segments/tasks.py": "the worker reads the job that it was given",
}

# Parts of a verb, or what only a page shows: module -> the test file that goes through it.
TESTED_BY: dict[str, str] = {
    "accounts/accepting.py": "tests/accounts/test_joining.py",
    "accounts/access.py": "tests/house/test_routes.py",
    "accounts/asking.py": "tests/accounts/test_surveying.py",
    "accounts/auditing.py": "tests/accounts/test_joining.py",
    "accounts/entering.py": "tests/accounts/views/test_door.py",
    "accounts/intake/business.py": "tests/accounts/test_following.py",
    "accounts/intake/buyers.py": "tests/accounts/test_following.py",
    "accounts/intake/goals.py": "tests/accounts/test_following.py",
    "accounts/intake/limits.py": "tests/accounts/test_following.py",
    "accounts/intake/market.py": "tests/accounts/test_following.py",
    "accounts/intake/measures.py": "tests/accounts/test_following.py",
    "accounts/intake/offer.py": "tests/accounts/test_following.py",
    "accounts/intake/question.py": "tests/accounts/test_following.py",
    "accounts/intake/weights.py": "tests/accounts/test_following.py",
    "accounts/middleware.py": "tests/accounts/views/test_pages.py",
    "accounts/settling.py": "tests/accounts/api/test_workspaces.py",
    "accounts/web.py": "tests/accounts/views/test_pages.py",
    "customers/allowed.py": "tests/customers/test_engine.py",
    "customers/balancing.py": "tests/customers/test_books.py",
    "customers/checking.py": "tests/customers/test_importing.py",
    "customers/clock.py": "tests/customers/test_profiling.py",
    "customers/coding.py": "tests/customers/test_importing.py",
    "customers/drafting.py": "tests/customers/test_figures_pages.py",
    "customers/editing.py": "tests/customers/test_pages.py",
    "customers/exploding.py": "tests/customers/test_api_customers.py",
    "customers/features/asked.py": "tests/customers/test_figuring.py",
    "customers/features/feature.py": "tests/customers/test_profiling.py",
    "customers/features/formula.py": "tests/customers/test_figuring.py",
    "customers/features/own.py": "tests/customers/test_figuring.py",
    "customers/features/products.py": "tests/customers/test_profiling.py",
    "customers/filling.py": "tests/customers/test_figures_pages.py",
    "customers/finding.py": "tests/customers/test_api_customers.py",
    "customers/freshness.py": "tests/icp/test_reviewing.py",
    "customers/doubting.py": "tests/customers/test_agreeing.py",
    "customers/lapsing.py": "tests/customers/test_agreeing.py",
    "customers/identifying.py": "tests/customers/test_importing.py",
    "customers/logged.py": "tests/customers/test_counting.py",
    "customers/omitting.py": "tests/customers/test_books.py",
    "customers/reporting.py": "tests/customers/test_books.py",
    "customers/suspecting.py": "tests/customers/test_books.py",
    "customers/summing.py": "tests/customers/test_books.py",
    "customers/switching.py": "tests/customers/test_books.py",
    "customers/listing.py": "tests/customers/test_pages.py",
    "customers/mapping.py": "tests/customers/test_importing.py",
    "customers/parsing.py": "tests/faults/test_bad_files.py",
    "customers/reading.py": "tests/faults/test_bad_files.py",
    "customers/receiving.py": "tests/customers/test_importing.py",
    "customers/recognising.py": "tests/customers/test_importing.py",
    "customers/renewing.py": "tests/customers/shops/test_unfolding.py",
    "customers/retracing.py": "tests/customers/test_pages.py",
    "customers/saying.py": "tests/customers/test_pages.py",
    "customers/shops/gathering.py": "tests/customers/shops/test_unfolding.py",
    "customers/shops/known.py": "tests/customers/shops/test_unfolding.py",
    "customers/shops/magento.py": "tests/customers/shops/test_unfolding.py",
    "customers/shops/sharing.py": "tests/customers/shops/test_unfolding.py",
    "customers/shops/shop.py": "tests/customers/shops/test_unfolding.py",
    "customers/shops/shopify.py": "tests/customers/shops/test_unfolding.py",
    "customers/shops/shopware.py": "tests/customers/shops/test_unfolding.py",
    "customers/shops/stripe.py": "tests/customers/shops/test_unfolding.py",
    "customers/shops/woocommerce.py": "tests/customers/shops/test_unfolding.py",
    "customers/staging.py": "tests/customers/test_importing.py",
    "customers/survivors.py": "tests/customers/test_recording.py",
    "customers/tallying.py": "tests/customers/test_online_retail.py",
    "customers/trying.py": "tests/customers/test_figuring.py",
    "customers/understanding.py": "tests/customers/test_importing.py",
    "customers/using.py": "tests/customers/test_figuring.py",
    "icp/probing.py": "tests/icp/test_concluding.py",
    "icp/drafting.py": "tests/icp/test_deciding.py",
    "icp/drawing.py": "tests/icp/test_views.py",
    "icp/frames.py": "tests/icp/test_grading.py",
    "icp/following.py": "tests/icp/test_knocking.py",
    "icp/meeting.py": "tests/icp/test_rooming.py",
    "icp/painting.py": "tests/icp/test_projecting.py",
    "icp/recounting.py": "tests/icp/test_focus_pages.py",
    "icp/places.py": "tests/icp/test_searching.py",
    "accounts/mailing.py": "tests/icp/test_mondays.py",
    "icp/pacing.py": "tests/icp/test_reviewing.py",
    "icp/tracing.py": "tests/icp/test_reviewing.py",
    "icp/planting.py": "tests/icp/test_seeding.py",
    "icp/science/ledger.py": "tests/icp/science/test_world.py",
    "icp/science/rhythms.py": "tests/icp/science/test_world.py",
    "icp/science/wares.py": "tests/icp/science/test_world.py",
    "icp/scorecards.py": "tests/icp/test_api.py",
    "icp/sentences.py": "tests/icp/test_views.py",
    "icp/starters.py": "tests/icp/test_views.py",
    "icp/storytelling.py": "tests/icp/test_seeding.py",
    "icp/sights/back.py": "tests/icp/test_looking.py",
    "icp/sights/best.py": "tests/icp/test_looking.py",
    "icp/sights/growth.py": "tests/icp/test_looking.py",
    "icp/sights/newcomers.py": "tests/icp/test_looking.py",
    "icp/sights/overdue.py": "tests/icp/test_looking.py",
    "icp/sights/sight.py": "tests/icp/test_looking.py",
    "icp/sights/start.py": "tests/icp/test_looking.py",
    "segments/answering.py": "tests/segments/test_delivering.py",
    "segments/belonging.py": "tests/segments/test_api_segments.py",
    "segments/charting.py": "tests/segments/test_drawing.py",
    "segments/composing.py": "tests/segments/test_conditions.py",
    "segments/describing.py": "tests/segments/test_clustering.py",
    "segments/foreseeing.py": "tests/segments/views/test_segments.py",
    "segments/naming.py": "tests/segments/test_clustering.py",
    "segments/observing.py": "tests/segments/test_delivering.py",
    "segments/presenting.py": "tests/segments/views/test_segments.py",
    "segments/proposal.py": "tests/segments/views/test_found.py",
    "segments/rules/durations.py": "tests/segments/rules/test_compile.py",
    "segments/rules/operators.py": "tests/segments/rules/test_compile.py",
    "segments/rules/running.py": "tests/segments/rules/test_compile.py",
    "segments/rules/values.py": "tests/segments/rules/test_tree.py",
    "segments/recalling.py": "tests/icp/test_moving.py",
    "segments/saying.py": "tests/segments/views/test_segments.py",
    "segments/sketching.py": "tests/segments/views/test_segments.py",
    "segments/telling.py": "tests/segments/test_delivering.py",
    "segments/trying.py": "tests/segments/test_conditions.py",
    "segments/using.py": "tests/customers/test_figuring.py",
    "segments/weighing.py": "tests/segments/views/test_segments.py",
}


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = [str(m) for m in modules() if SAYS_NOTHING & {part.removesuffix(".py") for part in m.parts}]

    assert named == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(m) for m in modules() if (ROOT / m).read_text().strip() and ast.get_docstring(tree(m)) is None]

    assert silent == []


def test_only_the_listed_modules_look_beyond_one_workspace() -> None:
    """`everywhere.none()` reads nothing: it names a model to the framework."""
    looking = {str(m) for m in modules() if re.search(r"\.everywhere(?!\.none\(\)|\w)", (ROOT / m).read_text())}

    assert sorted(looking - set(MAY_LOOK_EVERYWHERE)) == []
    assert sorted(set(MAY_LOOK_EVERYWHERE) - looking) == []


def test_migrations_say_what_they_do() -> None:
    files = [file for app in APPS for file in (ROOT / app / "migrations").glob("0*.py")]

    assert files
    assert [str(file) for file in files if "_auto_" in file.name or file.stem.count("_") == 0] == []


def test_each_app_has_one_last_migration() -> None:
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    assert {app: len(loader.graph.leaf_nodes(app)) for app in APPS} == dict.fromkeys(APPS, 1)


def test_science_asks_no_clock_and_draws_no_hidden_lot() -> None:
    forbidden = ("datetime.now", "datetime.utcnow", "date.today", "time.time", "timezone.now", "random.seed")
    hidden = [
        f"{module}: {name}"
        for module in modules()
        if "science" in module.parts
        for name in attributes(module)
        if name in forbidden or (HIDDEN.fullmatch(name) and name not in GENERATORS)
    ]

    assert hidden == []


HIDDEN = re.compile(r"np\.random\.\w+")
GENERATORS = {"np.random.Generator", "np.random.default_rng", "np.random.SeedSequence", "np.random.RandomState"}


def test_only_doors_ask_for_the_time_of_day() -> None:
    """A computation takes as_of. Rows say when they were written, which is not a computation."""
    asked = [str(m) for m in modules() if "science" in m.parts and "django.utils.timezone" in (ROOT / m).read_text()]

    assert asked == []


def test_views_and_tasks_stay_thin() -> None:
    """A door lets somebody in, calls one verb and shows the answer."""
    thick = [
        f"{module}:{node.lineno} {node.name} has {length} lines"
        for module in modules()
        if "views" in module.parts or module.name == "tasks.py"
        for node in tree(module).body
        if isinstance(node, ast.FunctionDef) and (length := _length(node)) > THICK
    ]

    assert thick == []


THICK = 25  # lines without the docstring: the usual is 15


def _length(node: ast.FunctionDef) -> int:
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    return (node.end_lineno or 0) - first.lineno + 1


def test_every_verb_and_every_science_module_has_a_test() -> None:
    """In the file that mirrors it, or, for parts of one verb, in a file of its app that names it."""
    named = {app: " ".join(file.read_text() for file in (ROOT / "tests" / app).rglob("*.py")) for app in APPS}
    untested = [
        str(module)
        for module in modules()
        if _is_worth_a_test(module) and not (ROOT / _mirror(module)).exists() and not _is_named(module, named)
    ]

    assert sorted(set(untested) - set(TESTED_BY)) == []


def test_what_is_said_to_be_tested_elsewhere_is() -> None:
    gone = [name for pair in TESTED_BY.items() for name in pair if not (ROOT / name).exists()]

    assert gone == []


def _is_named(module: Path, tests: dict[str, str]) -> bool:
    package, name = ".".join(module.parts[:-1]), module.stem
    wanted = rf"{re.escape(package)}\.{name}\b|from {re.escape(package)} import [^\n]*\b{name}\b"
    return re.search(wanted, tests[module.parts[0]]) is not None


def _is_worth_a_test(module: Path) -> bool:
    """Verbs and science. Models, doors and lists of addresses are tested where they are used."""
    return not ({"models", "views", "api", "management", "templatetags"} & set(module.parts)) and module.name not in {
        "__init__.py", "apps.py", "urls.py", "tasks.py", "shell.py", "forms.py", "signals.py",
    }  # fmt: skip


def _mirror(module: Path) -> Path:
    return Path("tests", *module.parts[:-1], f"test_{module.name}")
