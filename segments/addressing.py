"""A list as the file that a mail tool or an ad platform takes: its columns, and addresses hashed where it wants that.

Columns as the vendors publish them: Klaviyo 115005078967, Mailchimp "Format guidelines for your import file",
HubSpot "Set up your import file", Meta 2082575038703844, Google Ads 7659867.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import batched

from accounts.models.workspace import Workspace
from customers.models.customer import Customer
from segments.exporting import line

AT_ONCE = 2_000


@dataclass(frozen=True)
class Person:
    """What a file may say of somebody."""

    id: str
    customer_id: str
    email: str
    name: str
    segment: str

    @property
    def first(self) -> str:
        return self.name.split(" ", 1)[0] if self.name and "@" not in self.name else ""

    @property
    def last(self) -> str:
        return self.name.partition(" ")[2].strip() if "@" not in self.name else ""


type Column = Callable[[Person], str]


def hashed(text: str) -> str:
    """SHA-256 of the text in lower case without blanks around it; nothing for nothing."""
    text = text.strip().lower()
    return sha256(text.encode()).hexdigest() if text else ""


def for_google(email: str) -> str:
    """Google drops the dots before @gmail.com, as its mail does, before it compares."""
    local, at, domain = email.strip().lower().partition("@")
    if domain in {"gmail.com", "googlemail.com"}:
        local = local.replace(".", "")
    return hashed(f"{local}{at}{domain}")


def only_letters(name: str) -> str:
    """Names are compared without punctuation; letters of all scripts stay."""
    return "".join(sign for sign in name.lower() if sign.isalnum() or sign == " ")


FILES: dict[str, dict[str, Column]] = {
    "klaviyo": {
        "Email": lambda p: p.email, "First Name": lambda p: p.first, "Last Name": lambda p: p.last,
        "Bestfit Segment": lambda p: p.segment,
    },
    "mailchimp": {
        "Email Address": lambda p: p.email, "First Name": lambda p: p.first, "Last Name": lambda p: p.last,
        "Tags": lambda p: p.segment,
    },
    "hubspot": {
        "Email": lambda p: p.email, "First Name": lambda p: p.first, "Last Name": lambda p: p.last,
    },
    "meta": {
        "email": lambda p: hashed(p.email), "fn": lambda p: hashed(only_letters(p.first)),
        "ln": lambda p: hashed(only_letters(p.last)),
    },
    "google": {"Email": lambda p: for_google(p.email)},
    "plain": {
        "id": lambda p: p.id, "customer_id": lambda p: p.customer_id, "email": lambda p: p.email,
        "name": lambda p: p.name,
    },
}  # fmt: skip
HASHED = frozenset({"meta", "google"})


def lines(workspace: Workspace, numbers: Iterable[int], *, destination: str, segment: str) -> Iterator[str]:
    """The lines of the file, header first, safe for spreadsheets. People without an address by now are left out."""
    columns = FILES[destination]
    yield line(list(columns))
    people = Customer.objects.in_workspace(workspace).exclude(email="").filter(merged_into=None).order_by("number")
    for some in batched(numbers, AT_ONCE):
        for row in people.filter(number__in=some):
            person = Person(str(row.pk), row.external_id, row.email, row.name, segment)
            yield line([cell(person) for cell in columns.values()])
