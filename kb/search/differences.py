"""Owns what differs between a document and a case study: setting, people, organisation, stage, age of the work. Never guesses.

Only what the document names in words of the vocabulary is compared, and only with what the case study is tagged with.
"""

import itertools
import re
import threading
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from kb.content.case_study import CaseStudy
from kb.content.documents import Document
from kb.content.vocabulary import Concept, Organisation, Scheme, Vocabulary
from kb.search import facets
from kb.search.document_parts import SETTING, kind_of
from kb.search.index import Index
from kb.search.lexical import stems, terms
from kb.search.thesaurus import Span

OLD: Final = 5  # years after which readers are told how old the work is
_MOST: Final = 2  # things named of one sort: who names three writes about them, but does not work in all of them
_READ: Final = 20_000  # characters of a document that are looked through
_STAGE: Final = re.compile(r"^(?:stage|status)[ \t]*[:|\-][ \t]*(\S.{0,60})$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that both name and that differs. `sure`: the document says so under a heading for it.

    `name` is setting, people, organisation, stage or year; a year has only `theirs`.
    """

    name: str
    yours: tuple[str, ...]
    theirs: tuple[str, ...]
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document names: ids of concepts by what they are about, and kinds of organisation."""

    concepts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sure: frozenset[str] = frozenset()
    kinds: tuple[str, ...] = ()
    stage: str = ""


@dataclass(frozen=True, slots=True)
class _Sort:
    """Concepts that exclude each other: a piece of work has usually one of them."""

    name: str
    scheme: str

    def holds(self, concept: Concept) -> bool:
        if self.scheme == "settings":
            return True
        # Ages and conditions are in one list. Ages have numbers; who is 70 may have dementia, so they are never compared.
        aged = any(map(str.isdigit, concept.id + concept.label))
        return aged if self.name == "ages" else not aged and "people" in concept.label.lower().split()


_SORTS: Final = (_Sort("setting", "settings"), _Sort("ages", "populations"), _Sort("people", "populations"))
_Names = dict[tuple[str, ...], list[tuple[str, str]]]  # (sort, concept) by the stems of a name


def facts(document: Document, index: Index) -> Facts:
    """What a document names, in the part about setting and people if it has one, else anywhere."""
    told = "\n".join(part.text for part in document.sections if kind_of(part.heading) == SETTING)
    everything = document.text[:_READ]
    sure, anywhere = _named(told[:_READ], index), _named(everything, index)
    stage = _STAGE.search(everything)
    known = facets.named(facets.BY_NAME["stage"], stage[1].strip(" ."), index.vocabulary) if stage else ()
    return Facts(
        {**anywhere, **sure},
        frozenset(sure),
        tuple(_kinds(everything, index)),
        known[0] if known else "",
    )


def differences(found: Facts, case_study: CaseStudy, vocabulary: Vocabulary, this_year: int) -> tuple[Difference, ...]:
    """What differs, as far as both say."""
    return tuple(_differences(found, case_study, vocabulary, this_year))


def _differences(found: Facts, other: CaseStudy, vocabulary: Vocabulary, this_year: int) -> Iterator[Difference]:
    for sort in _SORTS:
        scheme = vocabulary.schemes.get(sort.scheme)
        yours = found.concepts.get(sort.name, ())
        if not scheme or not yours or len(yours) > _MOST:
            continue
        concepts = [scheme.resolve(id_) for id_ in getattr(other, sort.scheme)]
        theirs = [concept for concept in concepts if concept and sort.holds(concept)]
        if theirs and not any(_related(scheme, id_, concept.id) for id_ in yours for concept in theirs):
            labels = tuple(concept.label for id_ in yours if (concept := scheme.resolve(id_)))
            name = "people" if sort.name == "ages" else sort.name
            yield Difference(name, labels, tuple(concept.label for concept in theirs), sort.name in found.sure)
    bodies = [vocabulary.organisations[id_] for id_ in other.organisations if id_ in vocabulary.organisations]
    kinds = tuple(dict.fromkeys(body.kind for body in bodies if body.kind))
    if len(found.kinds) == 1 and kinds and found.kinds[0] not in kinds:
        yield Difference("organisation", found.kinds, kinds)
    if found.stage and other.stage and found.stage != other.stage:
        facet = facets.BY_NAME["stage"]
        mine, its = (facets.label(facet, value, vocabulary) for value in (found.stage, other.stage))
        yield Difference("stage", (mine,), (its,), sure=True)
    if other.year and this_year - other.year > OLD:
        yield Difference("year", (), (str(other.year),))


def _related(scheme: Scheme, one: str, other: str) -> bool:
    """Whether they are the same, or one is part of the other."""
    paths = scheme.path(one), scheme.path(other)
    return other in paths[0] or one in paths[1]


def _named(text: str, index: Index) -> dict[str, tuple[str, ...]]:
    """The concepts that a text names, by sort, those named most often first; a broad one gives way to those in it."""
    names = _names(index)
    counted: dict[str, Counter[str]] = {}
    for span in _spans(text, index):
        said = (span.typed, span.expansion, *(other.text for other in span.others if not other.organisation))
        pairs = dict.fromkeys(itertools.chain.from_iterable(names.get(stems(name), ()) for name in said))
        if span.senses:  # "ED" is a department and an illness: only where the letters and their usual sense agree
            agreed = set(names.get(stems(span.typed), ())) & set(names.get(stems(span.expansion), ()))
            pairs = dict.fromkeys(pair for pair in pairs if pair in agreed)
        for name, id_ in pairs:
            counted.setdefault(name, Counter())[id_] += 1
    found = {}
    for sort in _SORTS:
        scheme = index.vocabulary.schemes.get(sort.scheme)
        ids = [id_ for id_, _ in counted.get(sort.name, Counter()).most_common()]
        if scheme and ids:
            broad = {parent for id_ in ids for parent in scheme.path(id_)[:-1]}
            broad |= {id_ for id_ in ids if id_ in scheme.children} if len(ids) > 1 else set()
            found[sort.name] = tuple([id_ for id_ in ids if id_ not in broad] or ids)
    return found


def _kinds(text: str, index: Index) -> Iterable[str]:
    """The kinds of the organisations that a text names in full or by a name of their own; not by a town alone."""
    kinds: dict[str, None] = {}
    for span in _spans(text, index):
        for other in span.others:
            body: Organisation | None = index.vocabulary.organisations.get(other.organisation)
            if body and body.kind and stems(span.typed) in {stems(name) for name in body.names}:
                kinds[body.kind] = None
    return kinds


def _spans(text: str, index: Index) -> Iterator[Span]:
    """The spans of a text, each acronym in its usual sense."""
    for line in text.replace("/", "\n").splitlines():
        for span in index.thesaurus.readings(line)[0].spans if line.strip() else ():
            yield span
            words = span.typed.split()
            for letters in words if len(words) > 1 else ():  # "ADHD assessment" is about ADHD too
                if letters.isupper():
                    yield from index.thesaurus.readings(letters)[0].spans


_cache: "weakref.WeakKeyDictionary[Index, _Names]" = weakref.WeakKeyDictionary()
_lock: Final = threading.Lock()


def _names(index: Index) -> _Names:
    """Every name of the concepts that are compared, made once for a generation."""
    with _lock:
        found = _cache.get(index)
        if found is None:
            found = _cache[index] = {}
            for sort in _SORTS:
                scheme = index.vocabulary.schemes.get(sort.scheme)
                for concept in scheme.concepts.values() if scheme else ():
                    if not concept.replaced_by and sort.holds(concept):
                        for key in {stems(name) for name in _called(concept) if terms(name)}:
                            found.setdefault(key, []).append((sort.name, concept.id))
        return found


def _called(concept: Concept) -> Iterator[str]:
    """What people call it: "Older adults 65 and over" are "older adults", "People with ADHD" have "ADHD"."""
    yield from (concept.label, *concept.alt_labels)
    if found := re.match(r"(\D+?)\s+\d", concept.label):
        yield found[1]
    if found := re.match(r"People with (?:an? )?(.+)", concept.label):
        yield from found[1].split(" or ")
