"""Owns judged queries as files: which query wants which documents, and which queries have no answer. Never searches."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import EvaluationError


@dataclass(frozen=True, slots=True)
class Judged:
    """Queries by id, and the grade of each judged document by query id and document. Queries without an answer have none."""

    queries: dict[str, str]
    grades: dict[str, dict[str, int]]


def read(queries: Path, qrels: Path | None = None) -> Judged:
    """Judged queries from a file with both (tab-separated: id, query, "doc:grade,doc:grade" or "-"), or from two files.

    With `qrels`, `queries` is JSON Lines with `_id` and `text`, or tab-separated id and query; `qrels` is tab-separated
    query id, document id, grade, with an optional heading.

    Raises:
        EvaluationError: a file cannot be read; the sentence names file and line.
    """
    texts: dict[str, str] = {}
    grades: dict[str, dict[str, int]] = {}
    for number, row in rows(queries):
        try:
            if row.lstrip().startswith("{"):
                item = json.loads(row)
                texts[str(item["_id"])] = str(item["text"])
                continue
            cells = row.split("\t")
            if number == 1 and cells[0] in _HEADINGS:
                continue
            texts[cells[0]] = cells[1]
            if qrels is None:
                pairs = [pair.strip().rpartition(":") for pair in cells[2].split(",") if pair.strip() not in ("", "-")]
                grades[cells[0]] = {document: int(grade) for document, _, grade in pairs}
        except (ValueError, KeyError, IndexError):
            raise EvaluationError(
                f"{queries}, line {number} cannot be read.",
                "A line is: id, tab, query, tab, and doc:grade,doc:grade (or - for none); or JSON with _id and text.",
            ) from None
    for number, row in rows(qrels) if qrels else ():
        cells = row.split("\t")
        if number == 1 and not cells[-1].strip().lstrip("-").isdigit():
            continue
        try:
            grades.setdefault(cells[0], {})[cells[-2]] = int(cells[-1])
        except (ValueError, IndexError):
            raise EvaluationError(
                f"{qrels}, line {number} cannot be read.", "A line is: query id, tab, document id, tab, grade."
            ) from None
    if not texts:
        raise EvaluationError(f"There are no queries in {queries}.", "Give a file with one query a line.")
    return Judged(texts, grades)


def read_nothing(path: Path) -> dict[str, list[str]]:
    """Queries that nothing answers, by kind, from lines of id, query and kind, separated by tabs; a heading is optional.

    Raises:
        EvaluationError: the file cannot be read; the sentence names file and line.
    """
    found: dict[str, list[str]] = {}
    for number, row in rows(path):
        cells = [cell.strip() for cell in row.split("\t")]
        if number == 1 and cells[0] in _HEADINGS:
            continue
        if len(cells) != 3 or not all(cells):
            raise EvaluationError(f"{path}, line {number} cannot be read.", "A line is: id, tab, query, tab, kind.")
        found.setdefault(cells[2], []).append(cells[1])
    if not found:
        raise EvaluationError(f"There are no queries in {path}.", "Give a file with one query a line.")
    return found


def read_documents(path: Path) -> list[tuple[str, str, str]]:
    """Id, title ("" when it has none) and text of each document, from JSON Lines with `_id`, `title` and `text`.

    Raises:
        EvaluationError: the file cannot be read or has no documents; the sentence names file and line.
    """
    found: list[tuple[str, str, str]] = []
    for number, row in rows(path):
        try:
            item: dict[str, Any] = json.loads(row)
            found.append((str(item["_id"]), str(item.get("title") or ""), str(item["text"])))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise EvaluationError(
                f"{path}, line {number} cannot be read.", "A line is JSON with _id, title and text."
            ) from None
    if not found:
        raise EvaluationError(f"There are no documents in {path}.", "Give a file with one document a line.")
    return found


def rows(path: Path) -> Iterable[tuple[int, str]]:
    """Number and text of each line that has something on it.

    Raises:
        EvaluationError: the file cannot be read.
    """
    text = read_text(path)
    return [(number, row) for number, row in enumerate(re.split(r"\r?\n", text), 1) if row.strip()]


def read_text(path: Path) -> str:
    """The whole of a file of UTF-8 text.

    Raises:
        EvaluationError: the file cannot be read.
    """
    try:
        return path.read_text("utf-8-sig")  # spreadsheets write a mark before the first line
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(
            f"{path} cannot be read ({getattr(error, 'strerror', None) or 'it is not UTF-8 text'}).",
            "Check the name and permissions of the file.",
        ) from None


_HEADINGS = ("query_id", "query-id", "id", "_id")
