"""What people hear of their files."""

from accounts.models.notification import Notification
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import asking, storage
from customers.receiving import receive
from customers.tasks import import_file, request_import

ORDERS = b"order_id,customer_id,date,product_id,quantity,unit_price\n1,c1,2025-03-01,p1,1,9.50\n"


def heard(workspace: Workspace, user: User) -> list[str]:
    return [n.sentence for n in Notification.objects.in_workspace(workspace).filter(user=user)]


def imported(workspace: Workspace, by: User, content: bytes) -> None:
    job = request_import(receive(workspace, name="orders.csv", chunks=[content]), by)
    assert job is not None
    import_file(str(job.pk))


def test_whoever_asked_hears_that_the_file_is_in(acme: Workspace, erin: User, alice: User) -> None:
    imported(acme, erin, ORDERS)

    assert heard(acme, erin) == ["orders.csv is in: 1 of 1 lines."]
    assert heard(acme, alice) == []
    note = Notification.objects.in_workspace(acme).get()
    assert note.link.startswith("/w/acme/data/imports/")


def test_a_file_that_cannot_be_imported_is_said_with_its_reason(acme: Workspace, erin: User) -> None:
    import_ = receive(acme, name="bad.csv", chunks=[ORDERS])
    storage.absolute(import_.path).write_bytes(ORDERS.splitlines()[0] + b"\n" + b"1,c1,nonsense,p1,1,x\n" * 40)
    job = request_import(import_, erin)
    assert job is not None
    import_file(str(job.pk))

    assert len(heard(acme, erin)) == 1
    assert heard(acme, erin)[0].startswith("bad.csv could not be imported. ")


def test_whoever_sent_the_link_hears_that_a_file_came(acme: Workspace, erin: User) -> None:
    link = asking.ask(acme, erin).link
    import_ = asking.bring(link, name="orders.csv", chunks=[ORDERS])
    asking.tell(link, import_, address="")

    assert heard(acme, erin) == ["A colleague brought orders.csv by your link. It waits for your look."]
