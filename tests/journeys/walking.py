"""Somebody who uses the product with one hand: each click and each typed answer is counted, as is the time."""

import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Error

LONG = 120_000  # milliseconds that a job may take


@dataclass
class Visitor:
    """A person in front of a browser page. Reloading and waiting cost nothing but time."""

    page: Any
    clicks: int = 0
    typed: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def click(self, name: str | re.Pattern[str], role: str = "") -> None:
        """Click what is called so: a button or a link, unless the role is given."""
        page = self.page
        found = page.get_by_role(role, name=name) if role else None
        target = found or page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name))
        target.first.click()
        self.clicks += 1

    def choose(self, label: str | re.Pattern[str]) -> None:
        """Pick an answer that is offered."""
        self.page.get_by_label(label).first.check()
        self.clicks += 1

    def type(self, label: str | re.Pattern[str], words: str) -> None:
        """Fill a field that asks for an answer."""
        self.page.get_by_label(label).first.fill(words)
        self.typed.append(words)

    def drop(self, label: str | re.Pattern[str], file: Path) -> None:
        """Give a file to a drop zone: one gesture."""
        self.page.get_by_label(label).first.set_input_files(str(file))
        self.clicks += 1

    def sees(self, words: str | re.Pattern[str], *, timeout: int = LONG) -> None:
        self.page.get_by_text(words).first.wait_for(timeout=timeout)

    def reads(self) -> str:
        said: str = self.page.locator("main").inner_text()
        return said.replace("\u202f", " ").replace("\xa0", " ")

    def waits_until(self, words: str | re.Pattern[str], *, seconds: float = 120) -> None:
        """Look again every second until the page says it: what a job writes needs a moment."""
        until = time.monotonic() + seconds
        while not self.page.get_by_text(words).count():
            assert time.monotonic() < until, f"Never read {words!r} on {self.page.url}: {self.reads()[:800]}"
            self.page.wait_for_timeout(1000)
            with suppress(Error):  # the page may be going on by itself at this very moment
                self.page.reload()
