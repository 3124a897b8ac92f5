"""What every page must stand: axe in light and dark, no CSP report, no sideways scroll at 390 px."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Error

from tests.house.words import read, unsaid

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WIDE = {"width": 1440, "height": 1000}
PHONE = {"width": 390, "height": 844}

FINDINGS = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
    v => `${v.id}: ${v.nodes.map(n => n.target.join(" ")).slice(0, 3).join(" | ")}`)"""
TOO_WIDE = """() => document.documentElement.scrollWidth > innerWidth + 1
    ? [...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 5).map(e => e.outerHTML.slice(0, 120))
    : []"""
TOO_SMALL = """() => [...document.querySelectorAll("main button, main input:not([type=hidden]), main select")]
    .map(e => (/^(checkbox|radio)$/.test(e.type) && e.labels[0]) || e)
    .filter(e => { const r = e.getBoundingClientRect(); return r.width > 1 && r.height > 1 && r.height < 23.5; })
    .slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""


@dataclass
class Looker:
    """Walks beside a person through the pages, and writes down what is wrong with them."""

    page: Any
    faults: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    pictures: Path | None = None

    def __post_init__(self) -> None:
        self.page.emulate_media(reduced_motion="reduce")  # no colour is looked at while it fades
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda problem: self.faults.append(f"script error: {problem}"))

    def _heard(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(f"CSP: {message.text[:200]}")

    def look(self, name: str, tries: int = 4) -> None:
        """Look at the page as it stands, in both lights and both widths; again where it moved on meanwhile."""
        before = list(self.faults)
        try:
            self._look(name)
        except Error as problem:
            if "navigation" not in str(problem) or tries == 1:
                raise
            self.faults[:] = before
            self.page.wait_for_load_state()
            self.look(name, tries - 1)

    def _look(self, name: str) -> None:
        self.seen.add(name)
        for theme in ("light", "dark"):
            self.page.evaluate("theme => chooseTheme(theme)", theme)
            self._check(name, theme)
            if theme == "light":
                self.page.set_viewport_size(PHONE)
                self._check(name, "phone")
                self._note(name, "sideways scroll at 390 px", self.page.evaluate(TOO_WIDE))
                self._note(name, "target under 24 px", self.page.evaluate(TOO_SMALL))
                self.page.set_viewport_size(WIDE)
        self.page.evaluate("chooseTheme('light')")
        self._note(name, "a word that people do not use", unsaid(read(self.page.content())))

    def _check(self, name: str, how: str) -> None:
        self.page.wait_for_timeout(100)
        if self.pictures:
            self.page.screenshot(path=self.pictures / f"{name}-{how}.png", full_page=True)
        if not self.page.evaluate("() => !!window.axe"):
            self.page.evaluate(AXE.read_text())
        self._note(name, f"axe, {how}", self.page.evaluate(FINDINGS))

    def _note(self, name: str, what: str, findings: list[str]) -> None:
        self.faults += [f"{name}: {what}: {finding}" for finding in findings]
