"""Owns the names of all that can be suggested: concepts, case studies, organisations, terms. Never compares them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kb.content.vocabulary import Vocabulary
from kb.search.facets import FACETS
from kb.search.index import Index
from kb.search.lexicon import words

CASE_STUDY: Final = "case-study"  # kinds that are no facet
WORD: Final = "word"
CONCEPTS, CASE_STUDIES, ORGANISATIONS, WORDS = range(4)  # groups, in the order they are shown


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to go to or to search for.

    `kind` is "case-study", "word" or a facet's name; `target` the slug, the words to search for, or the facet's value.
    `also` is the other name that was typed: an acronym, a former name.
    """

    kind: str
    label: str
    target: str
    also: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """One name of something, in the words that typed ones are compared with."""

    group: int
    folded: str
    suggestion: Suggestion


def names(index: Index) -> Iterator[Name]:
    """Every name that can be suggested; within a group the better first."""
    vocabulary = index.vocabulary
    yield from _concepts(index)
    titles, slugs = index.catalogue.titles(), index.catalogue.slugs()
    for position in sorted(range(len(titles)), key=lambda position: int(index.newest_rank[position])):
        suggestion = Suggestion(CASE_STUDY, titles[position], slugs[position])
        yield Name(CASE_STUDIES, folded(titles[position]), suggestion)
    yield from _bodies(index)
    for term in sorted(vocabulary.terms, key=lambda term: term.term):
        expansion = term.expansion.split(" (")[0]
        yield Name(WORDS, folded(term.term), Suggestion(WORD, expansion, expansion, term.term))
        yield Name(WORDS, folded(expansion), Suggestion(WORD, expansion, expansion))


def _concepts(index: Index) -> Iterator[Name]:
    """Concepts that case studies hold: topics first, then by how many hold them; the label before other names."""
    for facet in FACETS:
        scheme = index.vocabulary.schemes.get(facet.scheme)
        held = {value: len(holders) for value, holders in index.facets.get(facet.name, {}).items()}
        named: dict[str, dict[str, None]] = {}
        for concept in scheme.concepts.values() if scheme else ():
            today = scheme.resolve(concept.id) if scheme else None
            if today and held.get(today.id):
                named.setdefault(today.id, {today.label: None}).update(
                    dict.fromkeys((concept.label, *concept.alt_labels))
                )
        for value in sorted(named, key=lambda value: (-held[value], value)):
            label, *others = named[value]
            yield from _all_names(CONCEPTS, facet.name, value, label, others)


def _bodies(index: Index) -> Iterator[Name]:
    """Organisations of today and collaboratives, those with case studies first; former bodies lead to today's."""
    vocabulary: Vocabulary = index.vocabulary
    bodies: list[tuple[int, str, str, str, list[str]]] = []
    for organisation in vocabulary.organisations.values():
        if [today.id for today in vocabulary.current(organisation.id)] == [organisation.id]:
            former = [name for old in vocabulary.predecessors.get(organisation.id, ()) for name in old.names]
            held = len(index.facets.get("organisation", {}).get(organisation.id, ()))
            bodies.append(
                (held, "organisation", organisation.id, organisation.name, [*organisation.names[1:], *former])
            )
    for collaborative in vocabulary.collaboratives.values():
        held = len(index.facets.get("collaborative", {}).get(collaborative.id, ()))
        bodies.append((held, "collaborative", collaborative.id, collaborative.name, list(collaborative.aliases)))
    for _, kind, id_, label, others in sorted(bodies, key=lambda body: (-body[0], body[3], body[2])):
        yield from _all_names(ORGANISATIONS, kind, id_, label, others)


def _all_names(group: int, kind: str, value: str, label: str, others: Iterable[str]) -> Iterator[Name]:
    yield Name(group, folded(label), Suggestion(kind, label, value))
    for other in others:
        yield Name(group, folded(other), Suggestion(kind, label, value, other))


def folded(name: str) -> str:
    """The words of a name as typed ones are compared with them: lower case, no accents, one space between."""
    return " ".join(words(name))
