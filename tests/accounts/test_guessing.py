"""What a new workspace is called before anybody says so."""

import pytest

from accounts import guessing
from accounts.models.user import User


@pytest.mark.parametrize(
    ("email", "name", "guessed"),
    [
        ("mara@fern-kettle.example", "Mara", "Fern Kettle"),
        ("mara@shop.fern.co.uk", "", "Fern"),
        ("mara@gmail.com", "Mara Stone", "Mara Stone’s business"),
        ("owner@localhost", "", "My business"),
    ],
)
def test_a_business_is_called_after_the_address_or_the_person(email: str, name: str, guessed: str) -> None:
    assert guessing.business(User(email=email, name=name)) == guessed


@pytest.mark.parametrize(
    ("languages", "guessed"), [("", "EUR"), ("en-GB,en;q=0.8", "GBP"), ("de-DE", "EUR"), ("fr,de-CH;q=0.5", "CHF")]
)
def test_money_follows_the_first_country_the_browser_names(languages: str, guessed: str) -> None:
    assert guessing.currency(languages) == guessed
