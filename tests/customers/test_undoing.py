"""An import is taken back."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from accounts.models.audit import AuditEntry
from customers import recording, storage
from customers.models.customer import Customer
from customers.models.event import EventFile, EventLog
from customers.tasks import request_undo, undo_import
from tests.customers.test_importing import SMALL, lines_of
from tests.factories import an_import

pytestmark = pytest.mark.django_db

LATER = """order_id,customer_id,date,product_id,quantity,unit_price
2001,008,2026-03-01,P1,1,10
2002,009,2026-03-02,P1,1,10
"""


HEADER = "order_id,customer_id,date,product_id,quantity,unit_price\n"
GOOD = "".join(f"{i},7,2026-01-05,P1,1,5\n" for i in range(2, 250))


def undone(import_):
    job = request_undo(import_, None)
    undo_import(str(job.pk))
    job.refresh_from_db()
    import_.refresh_from_db()
    return job


def test_undoing_takes_events_and_those_who_have_nothing_else(acme):
    first, second = an_import(acme, SMALL), an_import(acme, LATER)

    job = undone(first)

    assert (job.status, job.result) == ("done", {"lines_removed": 6, "customers_removed": 1})
    assert first.status == "undone"
    assert {c.external_id for c in Customer.objects.in_workspace(acme)} == {"008", "009"}
    assert len(lines_of(acme)) == second.counts["lines"] == 2
    assert AuditEntry.objects.in_workspace(acme).filter(action="import.undone").count() == 1


def test_the_clock_goes_back_with_the_data(acme):
    an_import(acme, SMALL)
    second = an_import(acme, LATER)
    assert EventLog.objects.in_workspace(acme).get().newest_at.isoformat() == "2026-03-02T00:00:00+00:00"

    undone(second)

    assert EventLog.objects.in_workspace(acme).get().newest_at.isoformat() == "2026-02-05T12:00:00+00:00"


def test_undone_twice_is_undone_once(acme):
    first = an_import(acme, SMALL)
    undone(first)

    assert undone(first).result == {"lines_removed": 0, "customers_removed": 0}


def test_the_file_may_come_again_and_numbers_are_not_used_again(acme):
    undone(an_import(acme, SMALL))

    again = an_import(acme, SMALL)

    assert (again.counts["accepted"], again.counts["customers_new"]) == (6, 2)
    assert sorted(Customer.objects.in_workspace(acme).values_list("number", flat=True)) == [2, 3]


def test_an_import_that_brought_nothing_cannot_be_undone(acme):
    rows = "".join(f"{i},7,soon,P1,1,5\n" for i in range(300))
    first = an_import(acme, HEADER + GOOD + rows)
    assert first.status == "failed"

    assert undone(first).status == "failed"
    assert not Customer.objects.in_workspace(acme).exists()


def test_retired_files_stay_ten_minutes_for_those_who_read_them(acme):
    undone(an_import(acme, SMALL))
    file = EventFile.objects.in_workspace(acme).get()

    assert recording.sweep(at=file.retired_at + timedelta(minutes=9)) == 0
    assert storage.absolute(file.path).exists()
    assert recording.sweep(at=now() + timedelta(minutes=11)) == 1
    assert not storage.absolute(file.path).exists()
    assert not storage.absolute(file.keys_path).exists()
