"""Owns what a generation knows about each file and passage, in one read-only SQLite file. Never ranks anything.

It is written once, while its generation is being built, and never changed after: readers need no lock.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kb.content.case_study import CaseStudy
from kb.content.findings import Finding, Severity
from kb.errors import IndexDamaged

_TABLES: Final = """
CREATE TABLE file (number INTEGER PRIMARY KEY, file TEXT UNIQUE, stamp TEXT, digest TEXT, findings TEXT, position INTEGER);
CREATE TABLE case_study (position INTEGER PRIMARY KEY, slug TEXT UNIQUE, data TEXT, facets TEXT);
CREATE TABLE passage (
    position INTEGER PRIMARY KEY, case_study INTEGER, section TEXT, anchor TEXT, text TEXT, digest TEXT, stems TEXT
);
CREATE INDEX passage_case_study ON passage (case_study);
"""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as stored: its heading, the id of the nearest heading, its words, and the digest of what was embedded.

    `stems` are those of heading and words in order, with a blank between; found once, because a search looks at many.
    """

    section: str
    anchor: str
    text: str
    digest: str
    stems: str


@dataclass(slots=True)
class Record:
    """One file of the content folder: what it became, or why it became nothing."""

    file: str
    stamp: str
    digest: str
    findings: list[Finding] = field(default_factory=list)
    slug: str = ""
    data: str = ""
    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    passages: list[StoredPassage] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The case study's title."""
        return str(json.loads(self.data)["title"])


def write(path: Path, records: Iterable[Record]) -> None:
    """Writes the records; case studies and passages are numbered from 0 in the order given."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute(
            "PRAGMA synchronous=OFF"
        )  # the builder flushes the whole generation before it is switched to
        connection.executescript(_TABLES)
        position = passage = 0
        for number, record in enumerate(records):
            findings = json.dumps([finding.to_dict() for finding in record.findings])
            connection.execute(
                "INSERT INTO file VALUES (?,?,?,?,?,?)",
                (number, record.file, record.stamp, record.digest, findings, position if record.data else None),
            )
            if not record.data:
                continue
            connection.execute(
                "INSERT INTO case_study VALUES (?,?,?,?)",
                (position, record.slug, record.data, json.dumps(record.facets)),
            )
            rows = [
                (passage + n, position, p.section, p.anchor, p.text, p.digest, p.stems)
                for n, p in enumerate(record.passages)
            ]
            connection.executemany("INSERT INTO passage VALUES (?,?,?,?,?,?,?)", rows)
            position, passage = position + 1, passage + len(rows)
        connection.commit()
    finally:
        connection.close()


class Catalogue:
    """The file opened for reading; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Opens the file.

        Raises:
            IndexDamaged: it is missing or not such a file.
        """
        try:
            # immutable: no lock files beside it, and the folder may be read-only
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            self.case_study_count: int = self._one("SELECT count(*) FROM case_study")
            self.passage_count: int = self._one("SELECT count(*) FROM passage")
        except sqlite3.Error as error:
            raise IndexDamaged(
                f"The catalogue {path} cannot be read.", "Build the index again with: kb index"
            ) from error

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def slug_position(self, slug: str) -> int | None:
        """The position of a case study, or None."""
        row = self._connection.execute("SELECT position FROM case_study WHERE slug = ?", (slug,)).fetchone()
        return int(row[0]) if row else None

    def slugs(self) -> list[str]:
        """Every slug, by position."""
        return [row[0] for row in self._connection.execute("SELECT slug FROM case_study ORDER BY position")]

    def titles(self) -> list[str]:
        """Every title, by position."""
        # Two paths give a JSON list; one gives text, which would end at a null character.
        query = "SELECT json_extract(data, '$.title', '$.slug') FROM case_study ORDER BY position"
        return [str(json.loads(row[0])[0]) for row in self._connection.execute(query)]

    def headings(self) -> list[tuple[str, str]]:
        """The heading and anchor of every passage, by position."""
        query = "SELECT section, anchor FROM passage ORDER BY position"
        return [(str(section), str(anchor)) for section, anchor in self._connection.execute(query)]

    def case_studies(self, positions: Sequence[int]) -> list[CaseStudy]:
        """The case studies at these positions, in that order."""
        query = "SELECT position, data FROM case_study WHERE position IN (SELECT value FROM json_each(?))"
        rows = dict(self._connection.execute(query, (json.dumps(list(positions)),)))
        return [CaseStudy.model_validate_json(rows[position]) for position in positions]

    def passages(self, positions: Sequence[int]) -> dict[int, list[tuple[int, StoredPassage]]]:
        """The passages of these case studies, with their own positions, by position of the case study."""
        query = (
            "SELECT case_study, position, section, anchor, text, digest, stems FROM passage"
            " WHERE case_study IN (SELECT value FROM json_each(?)) ORDER BY position"
        )
        found: dict[int, list[tuple[int, StoredPassage]]] = {position: [] for position in positions}
        for row in self._connection.execute(query, (json.dumps(list(positions)),)):
            found[row[0]].append((row[1], StoredPassage(*row[2:])))
        return found

    def digests(self) -> list[str]:
        """The digest of every passage, by position."""
        return [row[0] for row in self._connection.execute("SELECT digest FROM passage ORDER BY position")]

    def facets(self) -> Iterator[tuple[int, dict[str, list[str]]]]:
        """Position and facet values of every case study."""
        for position, text in self._connection.execute("SELECT position, facets FROM case_study ORDER BY position"):
            yield position, json.loads(text)

    def stamps(self) -> dict[str, str]:
        """The stamp of every file, "" for one that had changed too lately."""
        return dict(self._connection.execute("SELECT file, stamp FROM file"))

    def findings(self) -> list[Finding]:
        """What was wrong with files when this generation was built."""
        rows = self._connection.execute("SELECT findings FROM file WHERE findings != '[]' ORDER BY number")
        return [_finding(data) for (text,) in rows for data in json.loads(text)]

    def records(self) -> Iterator[Record]:
        """Everything, in order of number: what the next generation starts from."""
        passages: dict[int, list[StoredPassage]] = {}
        for row in self._connection.execute(
            "SELECT case_study, section, anchor, text, digest, stems FROM passage ORDER BY position"
        ):
            passages.setdefault(row[0], []).append(StoredPassage(*row[1:]))
        query = (
            "SELECT f.file, f.stamp, f.digest, f.findings, c.slug, c.data, c.facets, c.position"
            " FROM file f LEFT JOIN case_study c ON c.position = f.position ORDER BY f.number"
        )
        for file, stamp, digest, findings, slug, data, facets, position in self._connection.execute(query):
            kept = {name: tuple(values) for name, values in json.loads(facets or "{}").items()}
            yield Record(
                file,
                stamp,
                digest,
                [_finding(item) for item in json.loads(findings)],
                slug or "",
                data or "",
                kept,
                passages.get(position, []),
            )

    def _one(self, query: str) -> int:
        return int(self._connection.execute(query).fetchone()[0])


def _finding(data: dict[str, Any]) -> Finding:
    return Finding(**{**data, "severity": Severity(data["severity"])})
