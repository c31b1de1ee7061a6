"""Owns measuring relevance with judged queries: nDCG@10, recall@10 and MRR for each retriever. Never changes an index.

Measures come from ir-measures, so that figures compare with the literature.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kb.content.case_study import CaseStudy
from kb.errors import EvaluationError
from kb.search import fusion
from kb.search.searcher import Searcher

STAGES: Final = {"lexical": 0.0, "dense": 1.0, "fused": fusion.DENSE_WEIGHT}
MEASURES: Final = ("nDCG@10", "R@10", "RR")


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
    for number, row in _rows(queries):
        try:
            if row.lstrip().startswith("{"):
                item = json.loads(row)
                texts[str(item["_id"])] = str(item["text"])
                continue
            cells = row.split("\t")
            if number == 1 and cells[0] in ("query_id", "query-id", "id", "_id"):
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
    for number, row in _rows(qrels) if qrels else ():
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


def evaluate(searcher: Searcher, judged: Judged) -> dict[str, dict[str, float]]:
    """Each measure by stage (lexical, dense, fused), as the mean over the queries that have an answer.

    Raises:
        EvaluationError: no judged document is in the index.
    """
    import ir_measures  # noqa: PLC0415 - brings SciPy with it

    names = _documents(searcher)
    qrels = {
        query: kept for query, grades in judged.grades.items()
        if query in judged.queries and (kept := {names[document]: grade for document, grade in grades.items() if document in names and grade > 0})
    }  # fmt: skip
    if not qrels:
        raise EvaluationError(
            "None of the judged documents is in the index.",
            "Documents are named by slug, or by the reference in their front matter.",
        )
    wanted = [ir_measures.parse_measure(name) for name in MEASURES]
    found: dict[str, dict[str, float]] = {}
    for stage, weight in STAGES.items():
        run = {query: dict(searcher.rank(judged.queries[query], dense_weight=weight)) for query in qrels}
        scores = ir_measures.calc_aggregate(wanted, qrels, run)
        found[stage] = {str(measure): float(scores[measure]) for measure in wanted}
    return found


def _documents(searcher: Searcher) -> dict[str, str]:
    """Slugs by the names a judge may use: the slug, the reference, the file's name."""
    index = searcher.store.current()
    slugs = index.catalogue.slugs()
    names: dict[str, str] = {}
    for case_study in _all(searcher, len(slugs)):
        names |= {name: case_study.slug for name in (case_study.reference, case_study.slug) if name}
    return names


def _all(searcher: Searcher, count: int) -> Iterable[CaseStudy]:
    catalogue = searcher.store.current().catalogue
    for start in range(0, count, 500):
        yield from catalogue.case_studies(range(start, min(start + 500, count)))


def _rows(path: Path) -> Iterable[tuple[int, str]]:
    try:
        text = path.read_text("utf-8-sig")  # spreadsheets write a mark before the first line
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(
            f"{path} cannot be read ({getattr(error, 'strerror', None) or 'it is not UTF-8 text'}).",
            "Check the name and permissions of the file.",
        ) from None
    return [(number, row) for number, row in enumerate(re.split(r"\r?\n", text), 1) if row.strip()]
