"""The event log: two writers lose nothing and double nothing."""

import sqlite3
import threading
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections
from django.db.models import F

from accounts.models.workspace import Workspace
from customers import draining, recording
from customers.draining import drain
from customers.models.customer import Customer, Identifier
from customers.models.event import EventFile, EventLog, InboxEvent
from customers.recording import Stale
from customers.sourcing import live_source
from tests.customers.test_importing import SMALL, lines_of
from tests.factories import an_import

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def an_event(workspace: Workspace, message_id: str, **body) -> InboxEvent:
    body = {"type": "track", "event": "Page Viewed", "userId": "007", "timestamp": "2026-02-20T08:00:00Z", **body}
    return InboxEvent.objects.create(
        workspace=workspace, source=live_source(workspace), message_id=message_id, received_at=NOW, body=body
    )


def an_order(workspace: Workspace, message_id: str, order: str = "9001") -> InboxEvent:
    products = [
        {"product_id": "P1", "name": "Grinder", "price": 12.5, "quantity": 2},
        {"product_id": "P2", "name": "Beans", "price": "8.995", "quantity": 1},
    ]
    return an_event(
        workspace, message_id, event="Order Completed", properties={"order_id": order, "products": products}
    )


@pytest.mark.django_db
def test_an_order_is_exploded_into_its_products(acme):
    an_order(acme, "m1")

    assert drain(acme, at=NOW) == 1

    lines = lines_of(acme)
    assert [(line["line"], line["quantity"], line["amount"]) for line in lines] == [(1, 2.0, 2500), (1, 1.0, 900)]
    assert lines[0]["occurrence"] == lines[1]["occurrence"] == lines[0]["order"]
    assert not InboxEvent.objects.in_workspace(acme).exists()
    assert EventLog.objects.in_workspace(acme).get().newest_at == datetime(2026, 2, 20, 8, tzinfo=UTC)


@pytest.mark.django_db
def test_a_message_that_comes_again_after_a_drain_adds_nothing(acme):
    an_order(acme, "m1")
    drain(acme, at=NOW)
    an_order(acme, "m1")

    assert drain(acme, at=NOW) == 1
    assert len(lines_of(acme)) == 2
    assert EventFile.objects.in_workspace(acme).count() == 1


@pytest.mark.django_db
def test_the_person_of_an_event_is_the_customer_of_the_file(acme):
    an_import(acme, SMALL)
    an_event(acme, "m1", userId="007")
    an_event(acme, "m2", userId=None, anonymousId="visitor-1")
    drain(acme, at=NOW)

    ann = Customer.objects.in_workspace(acme).get(external_id="007")
    visitor = Identifier.objects.in_workspace(acme).get(kind="anonymous").customer
    assert [line["number"] for line in lines_of(acme)[-2:]] == [ann.number, visitor.number]
    assert not visitor.is_known
    assert lines_of(acme)[-1]["occurrence"] != lines_of(acme)[-2]["occurrence"]


@pytest.mark.django_db
def test_an_event_from_the_future_or_without_a_time_happened_when_it_arrived(acme):
    an_event(acme, "m1", timestamp="2099-01-01T00:00:00Z")
    an_event(acme, "m2", timestamp="soon")
    drain(acme, at=NOW)

    assert {line["happened_at"] for line in lines_of(acme)} == {NOW}


@pytest.mark.django_db
def test_a_swap_against_an_old_version_changes_nothing(acme):
    before = recording.manifest(acme)
    EventLog.objects.in_workspace(acme).update(version=F("version") + 1)

    with pytest.raises(Stale):
        recording.swap(acme, before, at=NOW)
    assert EventLog.objects.in_workspace(acme).get().version == before.version + 1


@pytest.mark.django_db
def test_a_file_cannot_be_retired_twice(acme):
    an_import(acme, SMALL)
    before = recording.manifest(acme)
    EventFile.objects.in_workspace(acme).update(retired_at=NOW)

    with pytest.raises(Stale):
        recording.swap(acme, before, retire=before.files, at=NOW)
    assert EventLog.objects.in_workspace(acme).get().version == before.version


@pytest.mark.django_db
def test_a_drain_that_lost_a_row_to_another_throws_its_file_away(acme, monkeypatch, own_data_folder):
    an_order(acme, "m1")
    write = draining._write

    def slowly(workspace, rows, before):
        files = write(workspace, rows, before)
        if InboxEvent.objects.in_workspace(acme).exists() and not EventFile.objects.in_workspace(acme).exists():
            monkeypatch.setattr(draining, "_write", write)
            drain(acme, at=NOW)  # another drain is quicker
        return files

    monkeypatch.setattr(draining, "_write", slowly)
    drain(acme, at=NOW)

    assert len(lines_of(acme)) == 2
    assert len(list((own_data_folder / "workspaces" / str(acme.pk) / "events").iterdir())) == 1


def at_once(*works) -> list[BaseException]:
    """Run the works in threads that start together; what they raised."""
    start, problems = threading.Barrier(len(works)), []

    def run(work):
        try:
            start.wait()
            work()
        except BaseException as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


@pytest.fixture
def database_on_disk(transactional_db, tmp_path):
    """Threads need what SQLite in memory cannot: a file with its own locks. PostgreSQL stays as it is."""
    if connection.vendor != "sqlite":
        yield
        return
    memory, settings = connections["default"], connections.settings["default"]
    with closing(sqlite3.connect(tmp_path / "threads.sqlite3")) as disk:
        memory.connection.backup(disk)
    connections.settings["default"] = settings | {"NAME": tmp_path / "threads.sqlite3"}
    connections["default"] = connections.create_connection("default")
    yield
    connections["default"].close()
    connections.settings["default"], connections["default"] = settings, memory


@pytest.fixture
def acme_for_real(database_on_disk) -> Workspace:
    return Workspace.objects.create(slug="acme", name="Acme")


def test_two_drains_at_once_take_each_message_once(acme_for_real):
    for i in range(20):
        an_order(acme_for_real, f"m{i}", order=f"{9000 + i}")

    problems = at_once(*[lambda: drain(acme_for_real, at=NOW)] * 3)

    assert problems == []
    assert len(lines_of(acme_for_real)) == 40
    assert Counter(line["order"] for line in lines_of(acme_for_real)).most_common(1)[0][1] == 2
    assert not InboxEvent.objects.in_workspace(acme_for_real).exists()


def test_two_imports_and_a_drain_at_once_lose_and_double_nothing(acme_for_real):
    header = "order_id,customer_id,date,product_id,quantity,unit_price\n"
    mine = "".join(f"{1000 + i},{i % 7},2026-01-{i % 28 + 1:02},P{i % 5},1,10\n" for i in range(100))
    theirs = "".join(
        f"{1050 + i},{(50 + i) % 7},2026-01-{(50 + i) % 28 + 1:02},P{(50 + i) % 5},1,10\n" for i in range(100)
    )
    for i in range(10):
        an_order(acme_for_real, f"m{i}", order=f"{9000 + i}")

    problems = at_once(
        lambda: an_import(acme_for_real, header + mine),
        lambda: an_import(acme_for_real, header + theirs),
        lambda: drain(acme_for_real, at=NOW),
    )

    assert problems == []
    lines = lines_of(acme_for_real)
    assert len(lines) == 150 + 20  # orders 1050 to 1099 are in both files
    assert Customer.objects.in_workspace(acme_for_real).count() == 8
    numbers = sorted(Customer.objects.in_workspace(acme_for_real).values_list("number", flat=True))
    assert numbers == list(range(8))
    assert {line["number"] for line in lines} == set(numbers)


def test_without_the_version_check_lines_would_be_doubled(acme_for_real, monkeypatch):
    """The guard bites: the same race with the comparison taken out doubles what both files hold."""
    swap = recording.swap
    met = threading.Barrier(2, timeout=10)

    def unguarded(workspace, seen, **how):
        met.wait()
        version = EventLog.objects.in_workspace(workspace).get().version
        while True:
            try:
                return swap(workspace, recording.Manifest(version, seen.files), **how)
            except Stale:
                version = EventLog.objects.in_workspace(workspace).get().version

    monkeypatch.setattr(recording, "swap", unguarded)
    problems = at_once(*[lambda: an_import(acme_for_real, SMALL)] * 2)

    assert problems == []
    assert len(lines_of(acme_for_real)) == 12  # with the check: 6


def test_the_same_file_twice_at_once_counts_once(acme_for_real, monkeypatch):
    swap = recording.swap
    met = threading.Barrier(2, timeout=10)
    first = threading.local()

    def together(workspace, seen, **how):
        if not getattr(first, "done", False):
            first.done = True
            met.wait()
        return swap(workspace, seen, **how)

    monkeypatch.setattr(recording, "swap", together)
    problems = at_once(*[lambda: an_import(acme_for_real, SMALL)] * 2)

    assert problems == []
    assert len(lines_of(acme_for_real)) == 6


def test_an_import_whose_customers_were_taken_away_looks_again(acme_for_real, monkeypatch):
    from customers import importing
    from tests.customers.test_undoing import undone

    first = an_import(acme_for_real, SMALL)
    put = importing._put_in_force

    def after_an_undo(*args):
        if first.status == "done":
            monkeypatch.setattr(importing, "_put_in_force", put)
            undone(first)
        return put(*args)

    monkeypatch.setattr(importing, "_put_in_force", after_an_undo)
    header = "order_id,customer_id,date,product_id,quantity,unit_price\n"
    second = an_import(acme_for_real, header + "3001,007,2026-03-05,P1,1,10\n")

    assert second.status == "done"
    known = set(Customer.objects.in_workspace(acme_for_real).values_list("number", flat=True))
    assert {line["number"] for line in lines_of(acme_for_real)} == known
    assert Customer.objects.in_workspace(acme_for_real).get().external_id == "007"


def test_the_inbox_is_drained_in_the_order_of_arrival(db, acme):
    an_event(acme, "m2", timestamp=(NOW - timedelta(days=1)).isoformat())
    an_event(acme, "m1", timestamp=(NOW - timedelta(days=2)).isoformat())

    assert drain(acme, at=NOW) == 2
    assert [line["happened_at"].day for line in lines_of(acme)] == [27, 28]
