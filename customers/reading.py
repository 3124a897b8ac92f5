"""An uploaded file becomes rows of text: strictly, streaming, and without guessing what a cell means.

Only separated text is accepted (comma, semicolon, tab or bar; plain or gzip). What else arrives is
refused with a sentence. `inspect` looks through the whole file once (encoding, line count, size after
unpacking); `rows` then yields each record with the line on which it starts.
"""

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

ACCEPTED = "We accept CSV files: one order line per row, with the column names in the first row."
CHUNK = 1 << 20
UNPACKED_LIMIT = 1 << 30  # bytes; what a gzip may grow to
RECORD_LIMIT = 8 << 20  # characters; a record beyond is an unclosed quote
COLUMN_LIMIT = 500
NAME_LIMIT = 200  # characters of a column's name
CELL_LIMIT = 32_768
DELIMITERS = ",;\t|"
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")
FLAW = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\udc80-\udcff]")  # control characters, undecodable bytes

csv.field_size_limit(2 * RECORD_LIMIT)

_MAGIC: list[tuple[bytes, str]] = [
    (b"PK\x03\x04", "a zip archive or an Excel workbook"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"%PDF", "a PDF"),
    (b"PAR1", "a Parquet file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"BZh", "a bz2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"SQLite format 3", "a database"),
]


class Unreadable(Exception):
    """The whole file is refused; the message says why in a sentence for people, and what is accepted."""


@dataclass(frozen=True)
class Shape:
    """How the bytes of a file become rows."""

    encoding: str
    delimiter: str
    compressed: bool
    columns: list[str]  # unique names, cut at 200 characters
    has_header: bool
    skipped: int  # lines before the header: Excel's `sep=;`
    lines: int  # line ends in the file: close to the number of rows
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def inspect(path: Path, *, has_header: bool | None = None) -> Shape:
    """Look through the file once and say how it is to be read. Raises Unreadable."""
    try:
        compressed = _begins(path, compressed=False, size=2) == b"\x1f\x8b"
        _refuse_other_formats(_begins(path, compressed=compressed, size=CHUNK))
        encoding, lines, notes = _encoding(path, compressed)
        return _shape(path, compressed, encoding, lines, notes, has_header)
    except FileNotFoundError as problem:
        raise Unreadable("The file is not here any more. Please bring it again.") from problem
    except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
        raise Unreadable(
            "The compressed file is damaged or cut short. Please compress or export it again."
        ) from problem


def _shape(path: Path, compressed: bool, encoding: str, lines: int, notes: list[str], has_header: bool | None) -> Shape:
    with _text(path, compressed, encoding) as stream:
        head = [line for line in islice(stream, 200) if line.strip("\ufeff\r\n ")]
    if not head:
        raise Unreadable(f"The file is empty. {ACCEPTED}")
    separated = re.match('\ufeff*"?sep=(.)"?\\s*$', head[0])
    delimiter = separated[1] if separated else _delimiter(head)
    skipped = 1 if separated else 0
    first = next(_records(path, Shape(encoding, delimiter, compressed, [], True, skipped, lines)), (1, [], False))[1]
    if len(first) > COLUMN_LIMIT:
        raise Unreadable(f"The file has {len(first):,} columns; we read up to {COLUMN_LIMIT}. {ACCEPTED}")
    header = has_header if has_header is not None else not _looks_like_data(first)
    names = first if header else [f"Column {i}" for i in range(1, len(first) + 1)]
    return Shape(encoding, delimiter, compressed, unique(names), header, skipped, lines, notes)


def rows(path: Path, shape: Shape) -> Iterator[tuple[int, list[str], bool]]:
    """(line, cells, flawed) of every row below the header; blank lines are passed over.

    `line` is the physical line on which the record starts, counting from 1. `flawed` says that it
    holds a control character or bytes that are no text. Raises Unreadable where quotes do not close.
    """
    records = _records(path, shape)
    return islice(records, 1, None) if shape.has_header else records


def sample(path: Path, shape: Shape, size: int) -> list[list[str]]:
    """The first rows, cut or filled to the header's width."""
    width = len(shape.columns)
    return [(cells + [""] * width)[:width] for _, cells, _ in islice(rows(path, shape), size)]


def _records(path: Path, shape: Shape) -> Iterator[tuple[int, list[str], bool]]:
    with _text(path, shape.compressed, shape.encoding) as stream:
        for _ in range(shape.skipped):
            next(stream, None)
        lines = _Lines(stream)
        reader = csv.reader(lines, delimiter=shape.delimiter, strict=True)
        while True:
            start = reader.line_num + 1 + shape.skipped
            lines.begin(start)
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                raise Unreadable(_never_closed(start)) from problem
            if cells and not (len(cells) == 1 and not cells[0].strip()):
                yield start, cells, lines.flawed


def _never_closed(line: int) -> str:
    return (
        f"A quotation mark opened in line {line:,} is never closed properly, so we cannot tell where that row ends. "
        'Quotes inside a quoted cell must be doubled (""). Please mend that line and bring the file again.'
    )


class _Lines:
    """The lines handed to the csv reader, watched: how long the record is, and whether it holds rubbish."""

    def __init__(self, stream: Iterable[str]) -> None:
        self.stream = stream
        self.start, self.taken, self.flawed, self.first = 1, 0, False, True

    def begin(self, line: int) -> None:
        self.start, self.taken, self.flawed = line, 0, False

    def __iter__(self) -> Iterator[str]:
        flaw = FLAW.search
        for line in self.stream:
            if self.first:
                line, self.first = line.lstrip("\ufeff"), False
            self.taken += len(line)
            if self.taken > RECORD_LIMIT:
                raise Unreadable(_never_closed(self.start))
            if flaw(line):
                self.flawed = True
            yield line


def unique(names: list[str]) -> list[str]:
    """Column names for people and for the mapping: trimmed, cut, never empty, never twice."""
    seen: dict[str, int] = {}
    answer = []
    for position, name in enumerate(names, start=1):
        plain = " ".join(FLAW.sub("", name).split())[:NAME_LIMIT] or f"Column {position}"
        seen[plain] = seen.get(plain, 0) + 1
        answer.append(plain if seen[plain] == 1 else f"{plain} ({seen[plain]})")
    return answer


def _begins(path: Path, *, compressed: bool, size: int) -> bytes:
    with _binary(path, compressed) as stream:
        return stream.read(size)


def _binary(path: Path, compressed: bool) -> IO[bytes]:
    return gzip.open(path, "rb") if compressed else path.open("rb")  # type: ignore[return-value]


def _text(path: Path, compressed: bool, encoding: str) -> IO[str]:
    errors = "surrogateescape" if encoding == "utf-8" else "replace"
    return io.TextIOWrapper(_binary(path, compressed), encoding=encoding, errors=errors, newline="")


def _refuse_other_formats(head: bytes) -> None:
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Unreadable(f"The file is empty. {ACCEPTED}")
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise Unreadable(f"This is {what}, whatever its name says. {ACCEPTED} Please save it as CSV first.")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return
    begin = head[:8192]
    if len(_CONTROLS.findall(begin)) > 0.02 * len(begin):
        raise Unreadable(f"This is not a text file. {ACCEPTED}")
    begins = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    if begins.startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise Unreadable(f"This is a web page or XML, not a table of text. {ACCEPTED}")
    if begins.startswith((b"{", b"[{")):
        raise Unreadable(f"This is JSON, not a table of text. {ACCEPTED}")


def _encoding(path: Path, compressed: bool) -> tuple[str, int, list[str]]:
    """(encoding, line ends, notes) of the whole file."""
    begins = _begins(path, compressed=compressed, size=2)
    if begins in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16", _count_lines(path, compressed) or 1, ["The file is UTF-16; we read it as such."]
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = 0
    try:
        for chunk in _chunks(path, compressed):
            decoder.decode(chunk)
            lines += chunk.count(b"\n") or chunk.count(b"\r")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _not_utf8(path, compressed)
    return "utf-8", lines, []


def _not_utf8(path: Path, compressed: bool) -> tuple[str, int, list[str]]:
    """Western European text by one byte a letter, unless most of its letters are good UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good = bad = lines = 0
    only_cp1252 = True
    for chunk in _chunks(path, compressed):
        text = decoder.decode(chunk)
        wrong = len(re.findall("[\udc80-\udcff]", text))
        bad += wrong
        good += len(re.findall("[^\x00-\x7f]", text)) - wrong
        only_cp1252 = only_cp1252 and not re.search(b"[\x81\x8d\x8f\x90\x9d]", chunk)
        lines += chunk.count(b"\n") or chunk.count(b"\r")
    if good > bad:
        return "utf-8", lines, ["Some rows hold bytes that are not UTF-8; those rows are refused."]
    name = "cp1252" if only_cp1252 else "latin-1"
    return name, lines, ["The file is not UTF-8; we read it as Western European (Windows-1252 or Latin-1)."]


def _chunks(path: Path, compressed: bool) -> Iterator[bytes]:
    total = 0
    with _binary(path, compressed) as stream:
        while chunk := stream.read(CHUNK):
            total += len(chunk)
            if total > UNPACKED_LIMIT:
                raise Unreadable("The compressed file unpacks to more than 1 GB. Please split it into smaller files.")
            yield chunk


def _count_lines(path: Path, compressed: bool) -> int:
    return sum(chunk.count(b"\n") for chunk in _chunks(path, compressed))


def _delimiter(head: list[str]) -> str:
    """The separator that cuts the first lines into the most columns, evenly."""

    def evenness(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(head[:50], delimiter=delimiter) if row]
        except csv.Error:
            return (0, 0)
        if not widths or widths[0] < 2:
            return (0, 0)
        return sum(width == widths[0] for width in widths) * 10 // len(widths), widths[0]

    return max(DELIMITERS, key=evenness)


def _looks_like_data(first: list[str]) -> bool:
    """A row with a number, a moment or an address among its cells is no row of names."""
    telling = re.compile(r"^\s*(-?[\d.,]*\d(\.\d+)?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|\S+@\S+\.\S+)\s*$")
    return any(telling.match(cell) for cell in first)
