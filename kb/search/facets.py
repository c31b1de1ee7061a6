"""Owns the facets: what results can be narrowed by, and each case study's values. Never counts or filters."""

from dataclasses import dataclass
from typing import Final

from kb.content.case_study import CaseStudy
from kb.content.vocabulary import Vocabulary

VERDICTS: Final = {
    "improved": "Improved", "mixed": "Mixed results", "no-change": "No change", "stopped": "Stopped",
    "too-early": "Too early to say", "not-stated": "Result not stated",
}  # fmt: skip
KINDS: Final = {"case-study": "Case study", "signpost": "Signpost to published work"}


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet. `name` is the word in addresses and JSON; `field` the case study's; `scheme` its vocabulary, if any."""

    name: str
    label: str
    field: str
    scheme: str = ""
    fixed: bool = False  # values with an order of their own, not sorted by count


FACETS: Final = (
    Facet("topic", "Topic", "topics", "topics"),
    Facet("setting", "Setting", "settings", "settings"),
    Facet("population", "Population", "populations", "populations"),
    Facet("verdict", "How it went", "verdict", fixed=True),
    Facet("organisation", "Organisation", "organisations"),
    Facet("collaborative", "Collaborative", "collaboratives"),
    Facet("region", "Region", "regions", "regions"),
    Facet("method", "Method", "methods", "methods"),
    Facet("equity", "Equity group", "equity", "equity"),
    Facet("outcome", "Kind of outcome", "outcomes", "outcomes"),
    Facet("stage", "Stage", "stage", "stages"),
    Facet("year", "Year", "year", fixed=True),
    Facet("kind", "Kind", "kind"),
)
BY_NAME: Final = {facet.name: facet for facet in FACETS}


def values(case_study: CaseStudy, vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """The case study's values by facet name. A concept brings its parents; a closed organisation counts as today's."""
    found: dict[str, tuple[str, ...]] = {}
    for facet in FACETS:
        raw = getattr(case_study, facet.field)
        typed = () if raw is None else raw if isinstance(raw, tuple) else (str(raw),)
        expanded = [today for value in typed for today in resolve(facet, value, vocabulary)]
        found[facet.name] = tuple(dict.fromkeys(expanded))
    return found


def resolve(facet: Facet, value: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """What a typed value stands for: the concept with its parents, today's organisations, else the value itself."""
    if facet.scheme:
        return (
            vocabulary.schemes[facet.scheme].path(value) or (value,) if facet.scheme in vocabulary.schemes else (value,)
        )
    if facet.name == "organisation":
        return tuple(organisation.id for organisation in vocabulary.current(value)) or (value,)
    return (value,)


def label(facet: Facet, value: str, vocabulary: Vocabulary) -> str:
    """The words for a value; the value itself when the vocabulary does not know it."""
    if facet.name == "verdict":
        return VERDICTS.get(value, value)
    if facet.name == "kind":
        return KINDS.get(value, value)
    if facet.name == "organisation":
        organisation = vocabulary.organisations.get(value)
        return organisation.name if organisation else value
    if facet.name == "collaborative":
        collaborative = vocabulary.collaboratives.get(value)
        return collaborative.name if collaborative else value
    scheme = vocabulary.schemes.get(facet.scheme)
    concept = scheme.resolve(value) if scheme else None
    return concept.label if concept else value


def named(facet: Facet, typed: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The ids of what people call so: by id, label, short name, former name or another word; empty when unknown."""
    wanted = typed.casefold()
    if facet.name == "organisation":
        called = ((o.id, (o.id, *o.names)) for o in vocabulary.organisations.values())
    elif facet.name == "collaborative":
        called = ((c.id, (c.id, c.name, *c.aliases)) for c in vocabulary.collaboratives.values())
    elif facet.scheme in vocabulary.schemes:
        concepts = vocabulary.schemes[facet.scheme].concepts.values()
        called = ((c.id, (c.id, c.label, *c.alt_labels)) for c in concepts)
    else:
        fixed = VERDICTS if facet.name == "verdict" else KINDS if facet.name == "kind" else {}
        called = ((id_, (id_, label)) for id_, label in fixed.items())
    return tuple(id_ for id_, names in called if wanted in (name.casefold() for name in names))


def nearest(facet: Facet, value: str, vocabulary: Vocabulary) -> list[str]:
    """Up to three values that look like a mistyped one."""
    if facet.name == "organisation":
        return vocabulary.nearest_organisations(value)
    if facet.name == "collaborative":
        return vocabulary.nearest_collaboratives(value)
    if facet.scheme in vocabulary.schemes:
        return vocabulary.schemes[facet.scheme].nearest(value)
    return []
