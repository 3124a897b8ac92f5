"""The words that people do not read here (product.md section 8), and where in a page they would stand."""

import re
from html.parser import HTMLParser

# Said by nobody outside *How we know*. A product of somebody else keeps the name it has there.
UNSAID = {
    "entity": r"entit(y|ies)",
    "contact record": r"contact records?",
    "cohort": r"cohorts?",
    "audience": r"(?<!Custom )(?<!Meta )(?<!Google )(?<!or Google )audiences?",
    "cluster": r"cluster(s|ed|ing)?",
    "query": r"quer(y|ies)",
    "AST": r"(?-i:AST)",
    "predicate": r"predicates?",
    "model": r"models?",
    "k": r"(?-i:k) ?= ?\d+",
    "RFM": r"(?-i:RFM)|5 ?[x×] ?5( ?[x×] ?5)?|quintiles?",
    "attribute": r"attributes?",
    "property": r"propert(y|ies)",
    "churn score": r"churn scores?|(?-i:CLV)",
    "insight": r"(?<!your )insights?(?! 360)(?=\s+(says?|found|shows?|that|:))|AI says",
    "silhouette": r"silhouettes?",
    "avatar": r"avatars?",
    "criterion": r"criteri(on|a)",
    "Krippendorff": r"Krippendorff|Kendall|p-values?|(?<!\w)alpha(?!\w)",
    "tier 1": r"tier \d",
    "campaign object": r"campaign objects?|control arms?|hold-?outs?",
    "PSI": r"(?-i:PSI)",
    "stale": r"stale|(?-i:TTL)",
    "profile": r"(?<!ideal customer )(?<!Business )(?<!business )profiles?",
}
_HIDDEN = {"script", "style", "template", "pre", "code", "option", "noscript", "svg"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class _Reader(HTMLParser):
    """Collects what a person reads; leaves out code, and each drawer that is called *How we know*."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []  # tag, hidden
        self.read: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        drawer = told.get("id") == "how" or "data-how" in told
        code = "code" in (told.get("class") or "").split()
        hidden = self._hidden() or tag in _HIDDEN or drawer or code
        for name in ("placeholder", "title", "aria-label", "alt"):
            if told.get(name) and not hidden:
                self.read.append(told[name] or "")
        if tag not in _VOID:
            self.open.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        if tag in {name for name, _ in self.open}:
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._hidden():
            self.read.append(data)

    def _hidden(self) -> bool:
        return bool(self.open and self.open[-1][1])


def read(html: str) -> str:
    """What a person reads on a page."""
    reader = _Reader()
    reader.feed(html)
    return re.sub(r"\s+", " ", " ".join(reader.read))


def unsaid(text: str) -> list[str]:
    """The words that should not stand there, each with what stands around it."""
    found = []
    for word, pattern in UNSAID.items():
        for hit in re.finditer(rf"(?<![\w/.@-])({pattern})(?![\w@-])", text, re.IGNORECASE):
            found.append(f"{word}: …{text[max(0, hit.start() - 40) : hit.end() + 40]}…")
    return found
