"""Owns how a case study stands in a list: itself and a line of facts. Never chooses which are listed."""

from collections.abc import Iterable
from dataclasses import dataclass

from kb.content.case_study import CaseStudy
from kb.content.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Listed:
    """A case study with the facts a reader looks for first."""

    case_study: CaseStudy
    facts: tuple[str, ...]


def listed(found: Iterable[CaseStudy], vocabulary: Vocabulary) -> tuple[Listed, ...]:
    """Each with who, in which setting, and when."""
    return tuple(Listed(case_study, tuple(_facts(case_study, vocabulary))) for case_study in found)


def _facts(found: CaseStudy, vocabulary: Vocabulary) -> Iterable[str]:
    names = [vocabulary.organisations[id_].name for id_ in found.organisations if id_ in vocabulary.organisations]
    names += [
        vocabulary.collaboratives[id_].name
        for id_ in found.collaboratives
        if id_ in vocabulary.collaboratives and not names
    ]
    names = names or list(found.partners)
    if names:
        yield names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} other{'s' if len(names) > 2 else ''}"
    settings = vocabulary.schemes.get("settings")
    concepts = [settings.resolve(id_) for id_ in found.settings] if settings else []
    labels = [concept.label for concept in concepts if concept]
    if labels:
        yield labels[0]
    if found.year:
        yield str(found.year)
