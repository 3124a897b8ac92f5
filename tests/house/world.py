"""A workspace in which there is one of everything that an address can name."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.utils.timezone import now
from pyroaring import BitMap

from accounts import posing, surveying
from accounts.models.intake import IntakeChange
from accounts.models.job import Job
from accounts.models.key import ApiKey
from accounts.models.notification import Notification
from accounts.models.user import User
from accounts.models.workspace import Invitation, Membership, Role, Workspace
from accounts.secrets import hashed, new_secret
from customers import downloading, storage
from customers.asking import ask
from customers.models.customer import Customer
from customers.models.figure import Figure
from customers.models.kept import KeptFigure
from customers.models.source import Source
from customers.receiving import receive
from icp import rooming
from icp.models.decision import Decision
from icp.models.definition import Evidence, Icp, IcpVersion, Part
from icp.models.grading import Grader, Round, Rubric
from icp.models.insight import Insight
from icp.models.persona import Persona
from icp.models.plan import Action
from icp.sights.finding import Finding
from segments.models.delivery import Delivery
from segments.models.segment import Method, Segment, SegmentSet

WRITE_KEY = "wk_the_public_key_of_a_live_source"
ORDERS = b"order_id,customer_id,date,product_id,quantity,unit_price\n1,c1,2025-03-01,p1,1,9.50\n"
COUNTS = ["in_segment", "with_address", "agreed", "unknown", "stopped", "sent", "held_back"]
CAST = ["alice", "adam", "erin", "gina", "bob"]
RULE = {"v": 1, "entity": "customer", "where": {"all": [{"feature": "orders", "op": "gte", "value": 1}]}}

FINDING = asdict(
    Finding(
        "**2 customers** (1 in 5) bring **66 %** of revenue.", rule=RULE, segment_name="Best fifth",
        table={"columns": ["Buyers, best first", "People"], "rows": [["=1+1", 2]]},
        whole={"buyers": 10, "revenue": 90.0, "first": "2025-01-01", "last": "2025-03-01"},
    )
)  # fmt: skip


def a_key(workspace: Workspace, user: User, role: str, **values: Any) -> str:
    secret = new_secret("bf")
    ApiKey.objects.create(
        workspace=workspace,
        user=user,
        name="walk",
        prefix=secret[:10],
        secret_hash=hashed(secret),
        role=role,
        **values,
    )
    return secret


def one_of_everything(workspace: Workspace, owner: User) -> dict[str, str]:
    """`<parameter>`, or the word before a parameter -> what stands for it: ids of the workspace's own."""
    member = User.objects.create_user("walker@example.com", "correct horse battery")
    membership = Membership.objects.create(workspace=workspace, user=member, role=Role.VIEWER)
    invitation = Invitation.objects.create(
        workspace=workspace,
        email="new@example.com",
        role=Role.VIEWER,
        secret_hash=hashed("secret"),
        expires_at=now() + timedelta(days=1),
    )
    a_key(workspace, owner, Role.OWNER)
    key = ApiKey.objects.in_workspace(workspace).get()
    job = Job.objects.create(workspace=workspace, kind="refresh", task="accounts.tick")
    notification = Notification.objects.create(
        workspace=workspace, user=owner, kind="job", key="walk", sentence="A walk was done."
    )
    return {
        "<slug>": workspace.slug,
        "team": str(membership.pk),
        "members": str(membership.pk),
        "invitations": str(invitation.pk),
        "keys": str(key.pk),
        "tokens": str(key.pk),
        "jobs": str(job.pk),
        "notifications": str(notification.pk),
        "<question>": "selling",
        "<section>": "business",
        **_of_intake(workspace, owner),
        "<token>": "no-such-token",
        "<secret>": "no-such-secret",
        "<key>": "no-such-key",
        "<uidb36>": "1",
        **_of_customers(workspace),
        **_of_segments(workspace),
        **_of_icp(workspace),
    }


def _of_intake(workspace: Workspace, owner: User) -> dict[str, str]:
    surveying.answer(workspace, answers={"selling": "shop"}, by=owner, at=now())
    own = posing.add(workspace, text="Do you sell gift cards?", kind="yes_no", section="offer", by=owner)
    change = IntakeChange.objects.in_workspace(workspace).get()
    return {
        "<question_id>": str(own.pk),
        "questions": str(own.pk),
        "<change_id>": str(change.pk),
        "history": str(change.pk),
    }


def _of_customers(workspace: Workspace) -> dict[str, str]:
    customer = Customer.objects.create(workspace=workspace, number=0, external_id="c1", email="pam@example.com")
    source = Source.objects.create(
        workspace=workspace, name="Live", kind=Source.Kind.LIVE, write_key=f"{WRITE_KEY}_{workspace.slug}"
    )
    import_ = receive(workspace, name="orders.csv", chunks=[ORDERS])
    import_.rejects_path = f"{import_.path}.rejects.csv"
    storage.absolute(import_.rejects_path).write_text("row,reason\n")
    import_.save()
    figure = Figure.objects.create(
        workspace=workspace, name="Pieces", slug="pieces", changed_at=now(),
        definition={"v": 1, "kind": "aggregate", "measure": "pieces", "days": None, "where": []},
    )  # fmt: skip
    download = Job.objects.create(
        workspace=workspace, kind="download", task="customers.download", status="done", as_of=now(), ended_at=now(),
        asked={"personal": False},
        result={"rows": {"events": 1, "profile": 1}, "bytes": 2},
    )  # fmt: skip
    downloading.path_of(download).parent.mkdir(parents=True, exist_ok=True)
    downloading.path_of(download).write_bytes(b"PK")
    kept = KeptFigure.objects.create(
        workspace=workspace, title="Orders", value="1", page=f"/w/{workspace.slug}/", as_of=now(), digest="walk"
    )
    return {
        "<kept_id>": str(kept.pk),
        "downloads": str(download.pk),
        "figures": str(figure.pk),
        "<figure_id>": str(figure.pk),
        "customers": str(customer.pk),
        "buyers": str(customer.pk),
        "<reason>": "nobody",
        "<customer_id>": str(customer.pk),
        "<import_id>": str(import_.pk),
        "<source_id>": str(source.pk),
        "<link_id>": str(ask(workspace, None).link.pk),
        "sources": str(source.pk),
        "imports": str(import_.pk),
    }


def _of_segments(workspace: Workspace) -> dict[str, str]:
    segment = Segment.objects.create(workspace=workspace, name="Buyers", definition=RULE)
    delivery = Delivery.objects.create(
        workspace=workspace, segment=segment, destination="plain", purpose="Walk", check_on=now().date(), as_of=now(),
        sent=BitMap([0]).serialize(), held_back=BitMap().serialize(), counts=dict.fromkeys(COUNTS, 0),
    )  # fmt: skip
    set_ = SegmentSet.objects.create(workspace=workspace, name="Found", method=Method.CLUSTERS)
    return {
        "segments": str(segment.pk),
        "<segment_id>": str(segment.pk),
        "deliveries": str(delivery.pk),
        "<delivery_id>": str(delivery.pk),
        "segment-sets": str(set_.pk),
        "<set_id>": str(set_.pk),
    }


def _of_icp(workspace: Workspace) -> dict[str, str]:
    icp = Icp.objects.create(workspace=workspace, name="Small offices")
    line = Evidence.objects.create(workspace=workspace, icp=icp, part=Part.values[0], text="They buy by the kilo.")
    sheet = {"name": icp.name, "sentence": "", "segments": [], "lines": [], "figures": [], "people": 0, "personas": []}
    version = IcpVersion.objects.create(workspace=workspace, icp=icp, number=1, sheet=sheet)
    dimensions = [{"id": "fit", "name": "Fit", "question": "Do they fit?", "counts": True}]
    rubric = Rubric.objects.create(workspace=workspace, name="Walk", dimensions=dimensions)
    round_ = Round.objects.create(workspace=workspace, name="First round", rubric=rubric)
    round_.icps.add(icp)
    for name in CAST:
        asked = Grader.objects.create(workspace=workspace, round=round_, email=f"{name}@example.com")
    rooming.open_room(round_, by=User.objects.get(email="walker@example.com"))
    guest = Grader.objects.create(
        workspace=workspace, round=round_, email="guest@example.com", guest_key=hashed("walk")
    )
    segment = Segment.objects.in_workspace(workspace).get(name="Buyers")
    persona = Persona.objects.create(workspace=workspace, segment=segment, name="Bea", as_of=now())
    insight = Insight.objects.create(workspace=workspace, kind="best", as_of=now(), finding=FINDING, set_aside_at=now())
    decision = Decision.objects.create(workspace=workspace, round=round_, decided_at=now())
    action = Action.objects.create(workspace=workspace, name="Walk", check_on=now().date())
    return {
        "personas": str(persona.pk),
        "<persona_id>": str(persona.pk),
        "first-look": str(insight.pk),
        "<insight_id>": str(insight.pk),
        "actions": str(action.pk),
        "<action_id>": str(action.pk),
        "icps": str(icp.pk),
        "<icp_id>": str(icp.pk),
        "<line_id>": str(line.pk),
        "<version_id>": str(version.pk),
        "<round_id>": str(round_.pk),
        "<decision_id>": str(decision.pk),
        "<grader_id>": str(asked.pk),
        "graders": str(asked.pk),
        "candidates": str(icp.pk),
        "<guest_id>": str(guest.pk),
        "<do>": "back",
        "rubrics": str(rubric.pk),
        "<rubric_id>": str(rubric.pk),
        "rounds": str(round_.pk),
        "<dimension>": "fit",
        "<part>": str(Part.values[0]),
    }
