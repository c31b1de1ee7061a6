"""Owns filters: which values are known, which case studies pass, how many have each value. Never searches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.content.vocabulary import Vocabulary
from kb.errors import QueryError
from kb.search import facets
from kb.search.index import Index

Filters = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet and how many case studies of the whole filtered result have it."""

    value: str
    label: str
    count: int


def resolved(filters: Mapping[str, Sequence[str]], index: Index) -> Filters:
    """The filters with each value as the index holds it; unknown ones are a problem with the nearest known.

    Raises:
        QueryError: with a sentence for each facet with such a value.
    """
    problems: dict[str, str] = {}
    found: dict[str, tuple[str, ...]] = {}
    for name, typed in filters.items():
        facet = facets.BY_NAME[name]
        values: list[str] = []
        for value in typed:
            path = facets.resolve(facet, value, index.vocabulary)
            today = path if name == "organisation" else path[-1:]
            if all(v in index.facets.get(name, {}) or _known(facet, v, index.vocabulary) for v in today):
                values += today
                continue
            near = [_told(facet, v, index.vocabulary) for v in facets.nearest(facet, value, index.vocabulary)]
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            problems[name] = f"There is no {facet.label.lower()} {value[:60]!r}.{hint}"
        found[name] = tuple(dict.fromkeys(values))
    if problems:
        raise QueryError(problems)
    return found


def named(typed: Mapping[str, Sequence[str]], index: Index) -> Filters:
    """Filters from values that people typed as a mark in the search: ids, labels, short names or other words for them.

    Raises:
        QueryError: nothing is called so; at the search box, with the nearest known.
    """
    by_id = {
        name: tuple(id_ for value in values for id_ in _called(name, value, index) or (value,))
        for name, values in typed.items()
    }
    try:
        return resolved(by_id, index)
    except QueryError as error:
        raise QueryError({"q": " ".join(error.problems.values())}) from None


def _called(name: str, value: str, index: Index) -> tuple[str, ...]:
    """The ids of what is called so; organisations also by what people leave of a name, such as "Southern Health"."""
    found = facets.named(facets.BY_NAME[name], value, index.vocabulary)
    return found or (index.thesaurus.organisations(value) if name == "organisation" else ())


def _told(facet: facets.Facet, value: str, vocabulary: Vocabulary) -> str:
    """A value as people can know it again: an organisation's code says nothing."""
    name = facets.label(facet, value, vocabulary)
    return f"{name} ({value})" if facet.name == "organisation" and name != value else value


def _known(facet: facets.Facet, value: str, vocabulary: Vocabulary) -> bool:
    if facet.name == "year":
        return value.isdecimal() and len(value) == 4
    return facets.label(facet, value, vocabulary) != value


def passing(index: Index, filters: Filters) -> NDArray[np.bool_] | None:
    """Which case studies pass every filter; None when there is no filter."""
    passing_all: NDArray[np.bool_] | None = None
    for name, values in filters.items():
        any_value = np.zeros(index.manifest.case_studies, np.bool_)
        for value in values:
            any_value[index.facets.get(name, {}).get(value, [])] = True
        passing_all = any_value if passing_all is None else passing_all & any_value
    return passing_all


def counts(
    index: Index, positions: NDArray[np.int64], filters: Filters, only: str = ""
) -> dict[str, tuple[FacetValue, ...]]:
    """How many of these case studies have each value, most first; a filter's own value is listed even at 0."""
    inside = np.zeros(index.manifest.case_studies, np.bool_)
    inside[positions] = True
    found: dict[str, tuple[FacetValue, ...]] = {}
    for facet in facets.FACETS:
        if only and facet.name != only:
            continue
        held = {value: int(inside[holders].sum()) for value, holders in index.facets.get(facet.name, {}).items()}
        held |= {value: held.get(value, 0) for value in filters.get(facet.name, ())}
        listed = [
            FacetValue(value, facets.label(facet, value, index.vocabulary), count)
            for value, count in held.items()
            if count or value in filters.get(facet.name, ())
        ]
        found[facet.name] = tuple(sorted(listed, key=lambda item, facet=facet: _order(facet, item)))  # type: ignore[misc]
    return found


def _order(facet: facets.Facet, item: FacetValue) -> tuple[int, str]:
    if facet.name == "year":
        return (-int(item.value), "")
    if facet.name == "verdict":
        return (list(facets.VERDICTS).index(item.value) if item.value in facets.VERDICTS else 99, "")
    return (-item.count, item.label)
