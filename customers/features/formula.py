"""A formula over figures, such as `revenue_365d / (orders_365d + 1)`: read word by word into a tree.

Nothing that a person typed becomes SQL text. What is not a number, a known name, one of + - * / or a
parenthesis is refused with a sentence.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlglot.expressions as exp

from customers import engine
from customers.engine import Tree

LONGEST = 500  # characters
DEEPEST = 20  # parentheses within each other
LARGEST = 10**15  # beyond it a result is no figure about a customer any more: unknown

_WORD = re.compile(r"\s*(?:(\d{1,15}(?:\.\d{1,9})?|\.\d{1,9})|([A-Za-z_][\w:]*)|(\S))")
_SIGNS: dict[str, type[Any]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul, "/": exp.Div}


class BadFormula(ValueError):
    """The formula cannot be read; the sentence says where and what would be accepted."""


@dataclass(frozen=True)
class Formula:
    """A formula that was read: its tree, and the figures that it names."""

    tree: Tree
    names: tuple[str, ...]


def read(text: str, known: Collection[str] | None = None) -> Formula:
    """The formula as a tree. With `known`, only those figures may be named. Raises BadFormula."""
    if len(text) > LONGEST:
        raise BadFormula(f"The formula is longer than {LONGEST} characters. Make a figure of a part of it first.")
    reader = _Reader(_words(text), known)
    tree = reader.sum(0)
    if reader.left:
        raise BadFormula(f"We did not expect “{reader.left[0].text}” there. Is a sign missing before it?")
    if not reader.names:
        raise BadFormula("The formula names no figure, so everybody would have the same value.")
    return Formula(_bounded(tree), tuple(dict.fromkeys(reader.names)))


@dataclass(frozen=True)
class _Word:
    kind: str  # number, name or sign
    text: str


def _words(text: str) -> list[_Word]:
    words = []
    for number, name, sign in _WORD.findall(text):
        if sign and sign not in "+-*/()":
            raise BadFormula(f"“{sign}” cannot stand in a formula. Use figures, numbers, + - * / and parentheses.")
        words.append(_Word("number" if number else "name" if name else "sign", number or name or sign))
    return words


class _Reader:
    """Products bind closer than sums; both are read from left to right."""

    def __init__(self, words: list[_Word], known: Collection[str] | None) -> None:
        self.left, self.known = words, known
        self.names: list[str] = []

    def sum(self, depth: int) -> Tree:
        tree = self._product(depth)
        while self._next() in {"+", "-"}:
            sign = self.left.pop(0).text
            tree = _SIGNS[sign](this=tree, expression=self._product(depth))
        return tree

    def _product(self, depth: int) -> Tree:
        tree = self._single(depth)
        while self._next() in {"*", "/"}:
            sign, right = self.left.pop(0).text, self._single(depth)
            if sign == "/":  # whoever would be divided by 0 has no value
                right = exp.Nullif(this=right, expression=exp.Literal.number(0))
            tree = _SIGNS[sign](this=tree, expression=right)
        return tree

    def _single(self, depth: int) -> Tree:
        if not self.left:
            raise BadFormula("The formula ends too early: a figure, a number or a parenthesis is missing at its end.")
        if depth > DEEPEST:
            raise BadFormula(f"More than {DEEPEST} parentheses stand within each other. Make a figure of a part first.")
        word = self.left.pop(0)
        if word.kind == "number":
            return exp.cast(exp.Literal.number(word.text), "DOUBLE", dialect=engine.DIALECT)
        if word.kind == "name":
            return self._figure(word.text)
        if word.text == "(":
            return self._parenthesis(depth)
        if word.text == "-":
            return exp.Paren(this=exp.Neg(this=self._single(depth + 1)))
        raise BadFormula(f"We did not expect “{word.text}” there: a figure, a number or “(” should stand in its place.")

    def _parenthesis(self, depth: int) -> Tree:
        tree = self.sum(depth + 1)
        if self._next() != ")":
            raise BadFormula("A parenthesis is opened and not closed.")
        self.left.pop(0)
        return exp.Paren(this=tree)

    def _figure(self, name: str) -> Tree:
        if self.known is not None and name not in self.known:
            raise BadFormula(f"There is no figure “{name[:80]}” to calculate with. {_like(name, self.known)}")
        self.names.append(name)
        return exp.cast(engine.column(name), "DOUBLE", dialect=engine.DIALECT)

    def _next(self) -> str:
        return self.left[0].text if self.left and self.left[0].kind == "sign" else ""


def _like(name: str, known: Collection[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=3, cutoff=0.4) or list(known)[:8]
    return f"There is: {', '.join(near)}."


def _bounded(tree: Tree) -> Tree:
    """The value, or nothing where it grew beyond all measure."""
    bound = exp.Literal.number(LARGEST)
    fits = exp.Between(this=exp.Paren(this=tree), low=exp.Neg(this=bound), high=bound.copy())
    return exp.Case(ifs=[exp.If(this=fits, true=exp.Paren(this=tree.copy()))])
