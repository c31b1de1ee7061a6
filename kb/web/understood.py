"""Owns the account of a search in words: what was put right, widened and held to, and the ways back. Never searches."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kb.search.facets import BY_NAME
from kb.search.lexical import stems
from kb.search.searcher import Results
from kb.web import payloads

_ALSO = 6  # other words in view; more would be a list to read instead of the results
# Characters of addresses for other senses, each of which repeats the search: enough for all where it is short.
_ROOM = 1_500

_MARKUP = 40  # bytes of HTML around each

# Gives the address of a text, looked for exactly or not; everything else about the search stays as it is.
Address = Callable[[str, bool], str]


@dataclass(frozen=True, slots=True)
class Sense:
    """Another sense of some letters, and where it is looked for."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Taken:
    """Letters, the sense in which they were taken, and what else they may stand for."""

    typed: str
    sense: str
    others: tuple[Sense, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """What was looked for, where that is more or other than the words typed. `more` counts what `also` leaves out."""

    typed: str
    exactly: bool = False
    repairs: tuple[tuple[str, str], ...] = ()
    taken: tuple[Taken, ...] = ()
    also: tuple[str, ...] = ()
    more: int = 0
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    suggestion: str = ""
    suggestion_href: str = ""
    other_way: str = ""  # the same words looked for exactly; or, if they were, in the usual way

    @property
    def told(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.exactly or self.widened or self.phrases or self.excluded or self.filters or self.suggestion)

    @property
    def widened(self) -> bool:
        """Whether looking for exactly what was typed would be another search."""
        return bool(self.repairs or self.taken or self.also)

    @property
    def size(self) -> int:
        """About how many bytes of a page this takes."""
        hrefs = [self.suggestion_href, self.other_way, *(other.href for one in self.taken for other in one.others)]
        return sum(len(text) + _MARKUP for text in (*self.lines(), *hrefs)) if self.told else 0

    def lines(self) -> Iterator[str]:
        """The same in short, without ways back."""
        if self.exactly:
            yield "exactly as typed"
        yield from (f"\u201c{typed}\u201d put right to \u201c{word}\u201d" for typed, word in self.repairs)
        yield from (f"\u201c{one.typed}\u201d taken as {one.sense}" for one in self.taken)
        if self.also:
            yield f"also {', '.join(self.also)}{f' and {self.more} more' if self.more else ''}"
        yield from (f"must say \u201c{phrase}\u201d" for phrase in self.phrases)
        yield from (f"without \u201c{word}\u201d" for word in self.excluded)
        yield from (f"{label.lower()}: {' or '.join(values)}" for label, values in self.filters)
        if self.suggestion:
            yield f"did you mean \u201c{self.suggestion}\u201d?"


def account(results: Results, address: Address = lambda _, __: "") -> Account:
    """What to say about how a search was taken, with addresses for the ways back."""
    query, understood = results.query, results.understood
    also = list(dict.fromkeys(_also(results)))
    suggestion = payloads.suggestion(results)
    return Account(
        query.text,
        query.exactly and bool(understood.text),
        understood.repairs,
        tuple(_taken(results, address)),
        tuple(also[:_ALSO]),
        len(also[_ALSO:]),
        understood.typed.phrases,
        understood.typed.excluded,
        tuple(
            (BY_NAME[name].label, tuple(value.label for value in results.facets[name] if value.value in values))
            for name, values in payloads.marks(results).items()
            if values
        ),
        suggestion,
        address(suggestion, False) if suggestion else "",
        address(query.text, not query.exactly),
    )


def _taken(results: Results, address: Address) -> Iterator[Taken]:
    """Each acronym once, those with a choice first; choices while there is room for their addresses."""
    room = _ROOM
    spans = {span.typed: span for span in (results.reading.spans if results.reading else ()) if span.expansion}
    for span in sorted(spans.values(), key=lambda span: not span.senses):
        others = []
        for words in span.senses:
            href = address(payloads.reworded(results.query.text, {span.typed: words}), False)
            room -= len(href)
            if room >= 0:
                others.append(Sense(words, href))
        yield Taken(span.typed, span.expansion, tuple(others))


def _also(results: Results) -> Iterator[str]:
    """Other ways to say the words, a few of each span before more of any, without what looks the same."""
    spans = results.reading.spans if results.reading else ()
    typed = {stems(span.typed) for span in spans} | {stems(span.expansion) for span in spans if span.expansion}
    rows = [
        [other.text if other.organisation else payloads.inside(other.text) for other in span.others] for span in spans
    ]
    said = set(typed)
    for words in itertools.chain.from_iterable(itertools.zip_longest(*rows, fillvalue="")):
        if words and stems(words) not in said:
            said.add(stems(words))
            yield words
