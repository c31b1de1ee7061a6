"""Owns the vocabulary: schemes of concepts, organisations, collaboratives and the glossary, read from YAML. Never writes.

An id resolves for ever: a concept that was replaced leads to its replacement, a closed organisation to its successors.
Ids that nobody knows are not an error here; `checks.py` turns them into findings with the nearest known ones.
"""

import dataclasses
import difflib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import yaml

from kb.content.findings import Finding, Severity
from kb.content.front_matter import refuse_depth

try:
    from yaml import CBaseLoader as _Loader  # every value stays text: no id turns into False, no date is refused
except ImportError:  # PyYAML without libyaml
    from yaml import BaseLoader as _Loader  # type: ignore[assignment]

_NO: Final = ("no", "false", "")

# The file of each scheme of concepts, under content/vocabulary/. `stages` has one per case study, the others several.
SCHEMES: Final = ("topics", "settings", "populations", "methods", "equity", "outcomes", "stages", "regions")


@dataclass(frozen=True, slots=True)
class Concept:
    """One word of a scheme. `alt_labels` are other words people use for it; `verified` is False for what nobody checked."""

    id: str
    label: str
    definition: str = ""
    parent: str = ""
    alt_labels: tuple[str, ...] = ()
    replaced_by: str = ""
    source: str = ""
    verified: bool = True


@dataclass(frozen=True)
class Scheme:
    """A tree of concepts under one name, such as topics."""

    name: str
    label: str = ""
    guidance: str = ""
    verified: str = "yes"
    concepts: dict[str, Concept] = field(default_factory=dict)

    def resolve(self, id_: str) -> Concept | None:
        """The concept of this id, or the one that replaced it; None when the id is unknown."""
        concept = self.concepts.get(id_)
        for _ in range(10):  # a chain of replacements is short; a loop must end
            if concept is None or not concept.replaced_by:
                return concept
            concept = self.concepts.get(concept.replaced_by)
        return None

    def path(self, id_: str) -> tuple[str, ...]:
        """The concept's id with those of its parents, the top one first; empty when unknown."""
        found: list[str] = []
        while (concept := self.resolve(id_)) and concept.id not in found:
            found.insert(0, concept.id)
            id_ = concept.parent
        return tuple(found)

    @cached_property
    def children(self) -> dict[str, list[Concept]]:
        """Concepts by the id of their parent; the top ones under ""."""
        found: dict[str, list[Concept]] = {}
        for concept in self.concepts.values():
            if not concept.replaced_by:
                parent = self.resolve(concept.parent)
                found.setdefault(parent.id if parent else "", []).append(concept)
        return found

    def nearest(self, typed: str) -> list[str]:
        """Up to three ids that look like what was typed, by id, label or other label."""
        names = {name.lower(): c.id for c in self.concepts.values() for name in (c.id, c.label, *c.alt_labels)}
        return _nearest(typed, names)


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body by its ODS code, or by a made-up id where no code is known. `unverified` names fields nobody has checked."""

    id: str
    name: str
    short_name: str = ""
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    kind: str = ""
    nation: str = ""
    region: str = ""
    services: tuple[str, ...] = ()
    icbs: tuple[str, ...] = ()
    website: str = ""
    opened: str = ""
    closed: str = ""
    successors: tuple[str, ...] = ()
    note: str = ""
    unverified: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name people use for it, the full one first."""
        return tuple(
            dict.fromkeys(name for name in (self.name, self.short_name, *self.aliases, *self.former_names) if name)
        )


@dataclass(frozen=True, slots=True)
class Collaborative:
    """A provider collaborative or alliance; `lead` and `members` are organisation ids. `verified`: yes, partly or no."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: str = ""
    region: str = ""
    services: tuple[str, ...] = ()
    lead: str = ""
    members: tuple[str, ...] = ()
    other_members: tuple[str, ...] = ()
    since: str = ""
    website: str = ""
    verified: str = "yes"
    unverified: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """An acronym or word of the field with its usual sense first."""

    term: str
    expansion: str
    category: str = ""
    other_senses: tuple[str, ...] = ()
    case_sensitive: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Synonyms:
    preferred: str
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Spelling:
    uk: str
    us: str


@dataclass(frozen=True)
class Vocabulary:
    """All words the content may use. `findings` say which files could not be read."""

    schemes: dict[str, Scheme] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    collaboratives: dict[str, Collaborative] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = ()
    spellings: tuple[tuple[str, str], ...] = ()  # British, American
    findings: tuple[Finding, ...] = ()

    @classmethod
    def load(cls, folder: Path) -> "Vocabulary":
        """The vocabulary in `folder` (its YAML files). A missing file gives an empty part; a broken one a finding too."""
        findings: list[Finding] = []
        files = {
            name: _read(folder / f"{name}.yaml", findings)
            for name in (*SCHEMES, "organisations", "collaboratives", "glossary")
        }
        make = _Maker(findings)
        schemes = {}
        for name in SCHEMES:
            data = files[name]
            concepts = make.records(
                Concept,
                data.get("concepts"),
                f"{name}.yaml",
                verified=str(data.get("verified", "yes")).lower() not in _NO,
            )
            texts = {key: str(data.get(key, "")) for key in ("label", "guidance", "verified")}
            schemes[name] = Scheme(
                name, **{**texts, "label": texts["label"] or name.capitalize()}, concepts={c.id: c for c in concepts}
            )
        together = files["collaboratives"]
        return cls(
            schemes=schemes,
            organisations={
                o.id: o
                for o in make.records(Organisation, files["organisations"].get("organisations"), "organisations.yaml")
            },
            collaboratives={
                c.id: c for c in make.records(Collaborative, together.get("collaboratives"), "collaboratives.yaml")
            },
            kinds={k.id: k.label for k in make.records(Concept, together.get("kinds"), "collaboratives.yaml")},
            services={k.id: k.label for k in make.records(Concept, together.get("services"), "collaboratives.yaml")},
            terms=tuple(make.records(Term, files["glossary"].get("terms"), "glossary.yaml")),
            synonyms=tuple(
                (s.preferred, *s.terms)
                for s in make.records(_Synonyms, files["glossary"].get("synonyms"), "glossary.yaml")
            ),
            spellings=tuple(
                (s.uk, s.us) for s in make.records(_Spelling, files["glossary"].get("spellings"), "glossary.yaml")
            ),
            findings=tuple(findings),
        )

    def current(self, id_: str) -> list[Organisation]:
        """The organisations that this one is today: itself, or its successors and theirs; empty when unknown."""
        found: list[Organisation] = []
        waiting, seen = [id_], set()
        while waiting:
            organisation = self.organisations.get(waiting.pop(0))
            if organisation is None or organisation.id in seen:
                continue
            seen.add(organisation.id)
            known = [code for code in organisation.successors if code in self.organisations]
            if known:
                waiting += known
            else:
                found.append(organisation)
        return found

    @cached_property
    def predecessors(self) -> dict[str, list[Organisation]]:
        """Closed organisations by the id of what they are today."""
        found: dict[str, list[Organisation]] = {}
        for organisation in self.organisations.values():
            for today in self.current(organisation.id):
                if today.id != organisation.id:
                    found.setdefault(today.id, []).append(organisation)
        return found

    @cached_property
    def memberships(self) -> dict[str, list[Collaborative]]:
        """Collaboratives by the id of each member or lead."""
        found: dict[str, list[Collaborative]] = {}
        for collaborative in self.collaboratives.values():
            for id_ in dict.fromkeys((collaborative.lead, *collaborative.members)):
                if id_:
                    found.setdefault(id_, []).append(collaborative)
        return found

    def nearest_organisations(self, typed: str) -> list[str]:
        """Up to three organisation ids that look like what was typed, by id or any name."""
        return _nearest(typed, {name.lower(): o.id for o in self.organisations.values() for name in (o.id, *o.names)})

    def nearest_collaboratives(self, typed: str) -> list[str]:
        """Up to three collaborative ids that look like what was typed, by id or any name."""
        return _nearest(
            typed, {name.lower(): c.id for c in self.collaboratives.values() for name in (c.id, c.name, *c.aliases)}
        )


def _nearest(typed: str, names: dict[str, str]) -> list[str]:
    close = difflib.get_close_matches(typed.lower().replace("_", "-"), names, n=6, cutoff=0.7)
    return list(dict.fromkeys(names[name] for name in close))[:3]


def _read(path: Path, findings: list[Finding]) -> dict[str, Any]:
    name = f"vocabulary/{path.name}"
    try:
        text = path.read_text("utf-8")
        refuse_depth(text)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - it only makes text, lists and dicts
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        findings.append(
            Finding(
                name,
                0,
                "",
                Severity.ERROR,
                "not-utf-8",
                "This file is not UTF-8 text. Save it again with the encoding UTF-8.",
            )
        )
        return {}
    except OSError as error:
        findings.append(
            Finding(
                name,
                0,
                "",
                Severity.ERROR,
                "unreadable",
                f"This file cannot be read ({error.strerror}). Check its permissions.",
            )
        )
        return {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        findings.append(
            Finding(
                name,
                mark.line + 1 if mark else 0,
                "",
                Severity.ERROR,
                "vocabulary-yaml",
                f"This is not valid YAML: {getattr(error, 'problem', error)}. Check the indentation and quotes.",
            )
        )
        return {}
    if not isinstance(data, dict):
        findings.append(
            Finding(
                name,
                1,
                "",
                Severity.ERROR,
                "vocabulary-yaml",
                "This file must hold named lists, as in the project's own vocabulary.",
            )
        )
        return {}
    return data


@dataclass(slots=True)
class _Maker:
    """Turns YAML records into the classes above; a record that does not fit becomes a finding and is left out."""

    findings: list[Finding]

    def records(self, kind: type[Any], rows: Any, file: str, **defaults: Any) -> list[Any]:
        known = {name: f.default for name, f in kind.__dataclass_fields__.items()}
        made: list[Any] = []
        seen: set[str] = set()
        for number, row in enumerate(rows if isinstance(rows, list) else [rows] if rows else (), 1):
            label = (
                str(row.get("id") or row.get("term") or f"number {number}")
                if isinstance(row, dict)
                else f"number {number}"
            )
            try:
                record = kind(
                    **{**defaults, **{key: _value(key, value, known) for key, value in row.items() if key in known}}
                )
            except (TypeError, AttributeError, KeyError):
                record = None
            if record is None or not getattr(record, next(iter(known))):  # an empty id is a missing one
                self._complain(
                    file, label, "vocabulary-record", f"The record {label} lacks its id, label or name. Add it."
                )
                continue
            key = getattr(record, "id", "")
            if key and key in seen:
                self._complain(file, label, "vocabulary-duplicate", f"The id {key} is there twice. Keep one record.")
                continue
            seen.add(key)
            website = getattr(record, "website", "")
            if website and not website.startswith(("https://", "http://")):  # pages make links of these
                self._complain(
                    file,
                    label,
                    "vocabulary-website",
                    f"The website of {label} is no web address. Start it with https://.",
                )
                record = dataclasses.replace(record, website="")
            made.append(record)
        return made

    def _complain(self, file: str, label: str, code: str, message: str) -> None:
        self.findings.append(Finding(f"vocabulary/{file}", 0, label, Severity.ERROR, code, message))


def _value(key: str, value: Any, defaults: dict[str, Any]) -> Any:
    """YAML's value as the field's type: text for codes and dates, tuples of text for lists."""
    default = defaults.get(key)
    if isinstance(default, bool):
        return str(value).lower() not in _NO
    if isinstance(default, tuple):
        items = value if isinstance(value, list) else [value] if value else []
        return tuple(str(item["name"]) if isinstance(item, dict) else str(item) for item in items)
    return "" if value is None else str(value)
