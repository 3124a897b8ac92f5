"""A person who signs in."""

from typing import Any

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models

from accounts.models.owned import new_id

GUESTS = "@guest.invalid"  # the addresses of people who look around the example without an account
MADE_UP = (GUESTS, ".example")  # no letter ever arrives there (RFC 2606)


class UserManager(BaseUserManager["User"]):
    """Makes people from an e-mail address; there are no user names."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractUser):
    """A person, known by an e-mail address, member of any number of workspaces."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(unique=True, error_messages={"unique": "An account with this address exists already."})

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()  # type: ignore[misc,assignment]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_guest(self) -> bool:
        """Somebody who looks around the example for a day."""
        return self.email.endswith(GUESTS)

    @property
    def initials(self) -> str:
        words = (self.name or self.email.split("@")[0].replace(".", " ")).split()
        return "".join(word[0] for word in words[:2]).upper()
