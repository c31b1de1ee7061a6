"""Owns what a person is told whose search found nothing close: what to try, where to look, whom to ask. Never searches."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from kb.content.vocabulary import Vocabulary
from kb.search.facets import BY_NAME, label, resolve
from kb.search.lexical import terms
from kb.search.searcher import Results
from kb.web.pages import address

_TOPICS: Final = 5
_WAYS: Final = 2  # and the topics: three things are read, a long list is not
_FEW: Final = 3  # words that say what it is about; with more of them fewer may find something
_ACRONYM: Final = range(2, 7)  # letters


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Way:
    """Something to try: words, and links that do it."""

    words: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """What to try, the topics of what is nearest, and the address of a letter to the editors; "" when there is none."""

    ways: tuple[Way, ...]
    topics: tuple[Link, ...]
    ask: str


def advice(results: Results, vocabulary: Vocabulary, contact_email: str) -> Advice:
    """What to tell somebody who asked for what nobody has shared."""
    ways = tuple(_ways(results))[:_WAYS]
    if results.understood.vague:  # what is nearest to no subject is near by chance
        return Advice(ways, (), "")
    return Advice(ways, tuple(nearest_topics(results, vocabulary)), _letter(results.query.text, contact_email))


def nearest_topics(results: Results, vocabulary: Vocabulary) -> Iterator[Link]:
    """The topics of the nearest case studies: those that most of them have first, else the nearest one's first."""
    topic = BY_NAME["topic"]
    held = Counter(
        id_
        for hit in results.hits
        for id_ in dict.fromkeys(resolve(topic, value, vocabulary)[-1] for value in hit.case_study.topics)
    )
    known = [(id_, label(topic, id_, vocabulary)) for id_, _ in held.most_common()]
    for id_, words in [(id_, words) for id_, words in known if words != id_][:_TOPICS]:
        yield Link(words, f"/topics/{id_}")


def _ways(results: Results) -> Iterator[Way]:
    """What may find more, the likeliest first."""
    query, typed = results.query, results.understood.typed
    spans = results.reading.spans if results.reading else ()
    if query.filters:
        yield Way("", (Link("search without filters", _search(query.text)),))
    if (typed.phrases or typed.excluded or typed.filters) and typed.words:
        words = results.understood.suggestion or results.understood.text
        yield Way("look for the words alone: ", (Link(words, _search(words)),))
    unknown = [span.typed for span in spans if _is_acronym(span.typed) and not span.others]
    if unknown and not typed.words.isupper():
        yield Way(f"spell out {unknown[0]}: we do not know what it stands for")
    if results.understood.vague:
        yield Way("say what goes wrong, where it is and for whom, in a few words")
        yield Way("look at an example: ", (Link("missed appointments", _search("missed appointments")),))
        return
    known = dict.fromkeys(span.expansion or span.typed for span in spans if span.others)
    said = [word for span in spans for word in terms(span.typed)]
    if known and len(said) > len(terms(next(iter(known)))):
        yield Way("use fewer words: ", tuple(Link(words, _search(words)) for words in list(known)[:_FEW]))
    elif len(said) > _FEW:
        yield Way("use fewer words: two or three that say what goes wrong")
    elif results.hits:
        yield Way("say more: what goes wrong, where it is and for whom")
    yield Way("use other words, as a colleague elsewhere would say it")


def _is_acronym(word: str) -> bool:
    return word.isupper() and word.isalpha() and len(word) in _ACRONYM


def _search(text: str) -> str:
    return address("", [("q", text)])  # the page is /search already


def _letter(text: str, contact_email: str) -> str:
    if not contact_email:
        return ""
    body = f"I searched for this and found nothing like it:\n\n{text}\n\nWhy it would help us:\n\n"
    return f"mailto:{contact_email}?subject={quote(f'Has anyone tried this? {text[:80]}')}&body={quote(body)}"
