"""What can be guessed about a business that nobody has described yet, so that less has to be typed."""

from accounts.models.user import User

# Providers of mailboxes: their names say nothing about whoever writes from there.
MAILBOXES = {
    "gmail", "googlemail", "outlook", "hotmail", "live", "msn", "yahoo", "ymail", "icloud", "me", "mac", "aol", "gmx",
    "web", "t-online", "freenet", "proton", "protonmail", "pm", "posteo", "mailbox", "fastmail", "hey", "zoho",
    "yandex", "mail", "orange", "free", "laposte", "libero", "wanadoo", "bluewin", "example", "localhost",
}  # fmt: skip
SECOND_LEVEL = {"co", "com", "org", "net", "ac", "gov"}  # example.co.uk
MONEY = {
    "US": "USD", "GB": "GBP", "CH": "CHF", "LI": "CHF", "SE": "SEK", "NO": "NOK", "DK": "DKK", "PL": "PLN", "CZ": "CZK",
    "HU": "HUF", "RO": "RON", "JP": "JPY", "CA": "CAD", "AU": "AUD", "NZ": "NZD",
}  # fmt: skip


def business(person: User) -> str:
    """A name to begin with: that of the address's domain, else the person's own.

    >>> business(User(email="mara@fern-kettle.co.uk")), business(User(email="jo@gmail.com", name="Jo Bell"))
    ('Fern Kettle', 'Jo Bell’s business')
    """
    parts = person.email.rpartition("@")[2].lower().split(".")[:-1]
    if len(parts) > 1 and parts[-1] in SECOND_LEVEL:
        parts.pop()
    word = parts[-1] if parts else ""
    if word and word not in MAILBOXES:
        return word.replace("-", " ").replace("_", " ").title()
    return f"{person.name}’s business" if person.name else "My business"


def currency(languages: str) -> str:
    """The money of the first country that the browser's languages name, else euros.

    >>> currency("en-GB,en;q=0.9"), currency("de"), currency("de,en-US;q=0.7")
    ('GBP', 'EUR', 'USD')
    """
    for language in languages.split(","):
        country = language.split(";")[0].strip().partition("-")[2].upper()
        if country:
            return MONEY.get(country, "EUR")
    return "EUR"
