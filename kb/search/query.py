"""Owns the query: what was asked for, read from an address or a command line, with limits. Never searches."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from kb.errors import QueryError
from kb.search.facets import BY_NAME

MAX_CHARACTERS: Final = 500  # a long sentence or two; more is a document, and the model reads only the first 256 tokens
MAX_FILTERS: Final = 50  # more than anyone ticks; bounds the work one address can ask for
MAX_OFFSET: Final = 10_000
PAGE_SIZE: Final = 20

Sort = Literal["relevance", "newest"]


@dataclass(frozen=True, slots=True)
class Query:
    """Words, filters by facet name (any of the values within one, all of the facets), order and place in the list.

    `exactly` asks for the words as typed: nothing put right, nothing widened.
    """

    text: str = ""
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = "relevance"
    limit: int = PAGE_SIZE
    offset: int = 0
    exactly: bool = False

    @property
    def page(self) -> int:
        """The page that `offset` is on, from 1."""
        return self.offset // self.limit + 1

    @classmethod
    def from_params(cls, params: Iterable[tuple[str, str]], *, strict: bool = False) -> "Query":
        """The query in an address's parameters: q, exactly, sort, page or limit and offset, any facet, repeated at will.

        `strict` also refuses names that mean nothing here; without it they are passed over, because mail programs
        and links add their own.

        Raises:
            QueryError: with one sentence for each thing that is wrong.
        """
        text, sort, exactly, numbers = "", "relevance", False, {"page": 1, "limit": PAGE_SIZE, "offset": 0}
        filters: dict[str, list[str]] = {}
        problems: dict[str, str] = {}
        for name, value in params:
            if name == "q":
                text = value
            elif name == "sort":
                sort = value or "relevance"
            elif name == "exactly":
                exactly = value.strip().lower() in ("1", "yes", "true", "on")
            elif name in numbers:
                numbers[name] = _number(name, value, problems)
            elif name in BY_NAME:
                if value.strip():
                    filters.setdefault(name, []).append(value.strip())
            elif strict:
                known = ", ".join(["q", "exactly", "sort", "limit", "offset", *BY_NAME])
                problems[name] = f"There is no parameter {name[:60]!r}. The parameters are: {known}."
        text = clean(text)
        limit, page = numbers["limit"], numbers["page"]
        offset = numbers["offset"] or (page - 1) * limit
        problems |= _text_problem(text)
        if sort not in ("relevance", "newest"):
            problems["sort"] = f"Results cannot be sorted by {sort[:60]!r}. Choose relevance or newest."
        if sum(map(len, filters.values())) > MAX_FILTERS:
            problems["filters"] = f"There are more than {MAX_FILTERS} filters. Remove some."
        if offset > MAX_OFFSET:
            problems["page"] = f"Page {page:,} is too far on. Narrow the search instead."
        if problems:
            raise QueryError(problems)
        distinct = {name: tuple(dict.fromkeys(values)) for name, values in filters.items()}
        return cls(text, distinct, "newest" if sort == "newest" else "relevance", limit, offset, exactly)


def _text_problem(text: str) -> dict[str, str]:
    if len(text) > MAX_CHARACTERS:
        advice = f"Use at most {MAX_CHARACTERS}: a sentence about the problem works best."
        return {"q": f"Your search has {len(text):,} characters. {advice}"}
    if text and not any(map(str.isalnum, text)):
        advice = "Type a word or a short description, such as: missed appointments."
        return {"q": f"Your search has no words in it. {advice}"}
    return {}


def clean(text: str) -> str:
    """Typed text in one form: composed letters, plain spaces, no control or invisible characters."""
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(
        " " if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Zs") else c
        for c in composed
        if unicodedata.category(c) not in ("Cf", "Cs", "Co") and not _is_no_character(c)
    )
    return re.sub(r" +", " ", visible).strip()


def _is_no_character(c: str) -> bool:
    """The code points that Unicode keeps out of text for good, and HTML out of pages."""
    return ord(c) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(c) <= 0xFDEF


_BOUNDS: Final = {"page": (1, MAX_OFFSET // PAGE_SIZE), "limit": (1, 100), "offset": (0, MAX_OFFSET)}


def _number(name: str, value: str, problems: dict[str, str]) -> int:
    low, high = _BOUNDS[name]
    if re.fullmatch(r"[0-9]{1,9}", value.strip()) and low <= int(value) <= high:
        return int(value)
    problems[name] = f"{name.capitalize()} cannot be {value[:20]!r}. It is a whole number from {low} to {high:,}."
    return low
