"""Owns measuring search with judged queries: each stage of the ranking, what it loses, and the verdict. Never changes an index.

Measures come from ir-measures, so that figures compare with the literature.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kb.content.case_study import CaseStudy
from kb.errors import EvaluationError
from kb.search.calibration import Verdict
from kb.search.judged import Judged
from kb.search.query import Query
from kb.search.ranking import Stage
from kb.search.searcher import Searcher

STAGES: Final[tuple[Stage, ...]] = ("lexical", "dense", "fused", "late")
LAST: Final[Stage] = "late"  # what readers get
MEASURES: Final = ("nDCG@10", "R@10", "RR")
NDCG: Final = MEASURES[0]
ANSWERED: Final = "answered"
UNANSWERED: Final = "unanswered"  # the kind of a judged query whose file says that it has no answer

Figures = dict[str, float]  # by measure


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What was measured for one set, over its queries that have an answer in the index.

    `figures` are by stage and query id; `wanted` the grades of case studies by slug, and `found` the slugs of the last
    stage, best first, both by query id.
    """

    queries: dict[str, str]
    figures: dict[Stage, dict[str, Figures]]
    wanted: dict[str, dict[str, int]]
    found: dict[str, list[str]]

    def means(self) -> dict[Stage, Figures]:
        """Each measure by stage, as the mean over the queries."""
        return {
            stage: {name: sum(row[name] for row in rows.values()) / len(rows) for name in MEASURES}
            for stage, rows in self.figures.items()
        }


@dataclass(frozen=True, slots=True)
class Loss:
    """A query that the last stage answers badly: what came first, and where the best of what was wanted came, 0 if nowhere."""

    query: str
    text: str
    ndcg: float
    first: str
    wanted: str
    place: int


def evaluate(searcher: Searcher, judged: Judged) -> Evaluated:
    """Each measure of each query that has an answer, at every stage (lexical, dense, fused, late).

    Raises:
        EvaluationError: no judged document is in the index.
    """
    import ir_measures  # noqa: PLC0415 - brings SciPy with it

    qrels = _wanted(searcher, judged)
    runs: dict[Stage, dict[str, dict[str, float]]] = {stage: {} for stage in STAGES}
    for query in qrels:
        for stage in STAGES:  # all stages of one query together: it is embedded once
            runs[stage][query] = dict(searcher.rank(judged.queries[query], stage))
    measures = {name: ir_measures.parse_measure(name) for name in MEASURES}
    figures: dict[Stage, dict[str, Figures]] = {}
    for stage, run in runs.items():
        figures[stage] = {query: dict.fromkeys(MEASURES, 0.0) for query in qrels}  # a query that finds nothing has none
        for metric in ir_measures.iter_calc(list(measures.values()), qrels, run):
            figures[stage][metric.query_id][str(metric.measure)] = float(metric.value)
    found = {query: list(scores) for query, scores in runs[LAST].items()}
    return Evaluated({query: judged.queries[query] for query in qrels}, figures, qrels, found)


def losses(searcher: Searcher, evaluated: Evaluated, count: int) -> list[Loss]:
    """The queries with the lowest nDCG@10 at the last stage, worst first; none that is answered perfectly."""
    titles = {case_study.slug: case_study.title for case_study in _all(searcher)}
    rows = [(figures[NDCG], query) for query, figures in evaluated.figures[LAST].items()]
    found: list[Loss] = []
    for ndcg, query in sorted(rows)[:count]:
        if ndcg > 1 - 1e-9:
            break
        order, wanted = evaluated.found[query], evaluated.wanted[query]
        best = max(wanted.values())
        places = {
            slug: order.index(slug) + 1 if slug in order else 0 for slug, grade in wanted.items() if grade == best
        }
        # the one furthest down is what was lost
        lost = max(places, key=lambda slug: places[slug] or len(order) + 1)
        first = titles[order[0]] if order else ""
        found.append(Loss(query, evaluated.queries[query], ndcg, first, titles[lost], places[lost]))
    return found


def verdicts(searcher: Searcher, judged: Judged, nothing: Mapping[str, Sequence[str]]) -> dict[str, dict[Verdict, int]]:
    """How many queries got each verdict: those with an answer first, then those without by kind.

    Judged queries without a document count among the unanswered; those whose documents are not in the index not at all.

    Raises:
        EvaluationError: no judged document is in the index.
    """
    answered = _wanted(searcher, judged)
    asked = {ANSWERED: [judged.queries[query] for query in answered]}
    if unanswered := [text for query, text in judged.queries.items() if judged.grades.get(query) == {}]:
        asked[UNANSWERED] = unanswered
    for kind, texts in nothing.items():
        asked.setdefault(kind, []).extend(texts)
    counted: dict[str, dict[Verdict, int]] = {}
    for kind, texts in asked.items():
        counted[kind] = {"none": 0, "possible": 0, "strong": 0}
        for text in texts:
            counted[kind][searcher.search(Query(text, limit=1)).verdict] += 1
    return counted


def wrong(kind: str, counted: Mapping[Verdict, int]) -> float:
    """The share with the wrong verdict: none where there is an answer, anything else where there is not."""
    total = sum(counted.values())
    nothing = counted["none"] / total if total else 0.0
    return nothing if kind == ANSWERED else 1 - nothing


def _wanted(searcher: Searcher, judged: Judged) -> dict[str, dict[str, int]]:
    """Grades by query id and slug, for queries with an answer in the index."""
    names = _documents(searcher)
    found = {
        query: kept for query, grades in judged.grades.items()
        if query in judged.queries and (kept := {names[document]: grade for document, grade in grades.items() if document in names and grade > 0})
    }  # fmt: skip
    if not found:
        raise EvaluationError(
            "None of the judged documents is in the index.",
            "Documents are named by slug, or by the reference in their front matter.",
        )
    return found


def _documents(searcher: Searcher) -> dict[str, str]:
    """Slugs by the names a judge may use: the slug, else the reference."""
    names: dict[str, str] = {}
    for case_study in _all(searcher):
        names |= {name: case_study.slug for name in (case_study.reference, case_study.slug) if name}
    return names


def _all(searcher: Searcher) -> Iterable[CaseStudy]:
    catalogue = searcher.store.current().catalogue
    count = len(catalogue.slugs())
    for start in range(0, count, 500):
        yield from catalogue.case_studies(range(start, min(start + 500, count)))
