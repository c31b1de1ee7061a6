"""Owns what `kb evaluate` does and says: the sets it measures, its tables and its JSON. Never measures itself."""

import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from kb.console import escape, print_json, progress, table
from kb.errors import EvaluationError

if TYPE_CHECKING:
    from kb.search.baseline import Baseline, Difference
    from kb.search.calibration import Verdict
    from kb.search.embedders import Embedder
    from kb.search.evaluation import Evaluated, Loss
    from kb.search.judged import Judged
    from kb.search.searcher import Searcher
    from kb.settings import Settings


@dataclass(frozen=True, slots=True)
class Asked:
    """The flags of the command."""

    queries: Path | None
    qrels: Path | None
    corpora: Sequence[Path]
    cache: Path | None
    losses: int
    nothing: Path | None
    baseline: Path | None
    save: Path | None
    as_json: bool

    @property
    def plain(self) -> bool:
        """Only the figures of one set over the open index."""
        return not (self.corpora or self.losses or self.nothing or self.baseline)


@dataclass(slots=True)
class _Measured:
    """One set with all that was asked about it."""

    evaluated: "Evaluated"
    losses: "list[Loss]"
    verdicts: "dict[str, dict[Verdict, int]]"


def run(asked: Asked, settings: "Settings") -> bool:
    """Measures and prints; whether the last stage of a set fell too far below the baseline.

    Raises:
        EvaluationError: a file cannot be used, or nothing was given to measure.
        SearchUnavailable: the index cannot be read.
    """
    from kb.search import baseline, evaluation, judged
    from kb.search.onnx_embedder import embedder_for

    if asked.queries is None and (not asked.corpora or asked.qrels):
        raise EvaluationError("There is nothing to measure.", "Give judged queries with --queries or --corpus.")
    # Files are read first: a mistake in one is told before minutes of work.
    nothing = judged.read_nothing(asked.nothing) if asked.nothing else {}
    stored = baseline.load(asked.baseline) if asked.baseline else None
    embedder = embedder_for(settings)
    sets: dict[str, _Measured] = {}
    with _sets(asked, settings, embedder) as found:
        for name, searcher, queries in found:
            evaluated = evaluation.evaluate(searcher, queries)
            sets[name] = _Measured(
                evaluated,
                evaluation.losses(searcher, evaluated, asked.losses),
                evaluation.verdicts(searcher, queries, nothing) if asked.nothing else {},
            )
    figures = {name: measured.evaluated for name, measured in sets.items()}
    differences = baseline.compare(stored, figures) if stored is not None else []
    if asked.as_json:
        print_json(_payload(asked, sets, differences))
    else:
        _print(sets, differences, stored or {})
    if asked.save:
        baseline.save(asked.save, figures)
    return any(difference.fell for difference in differences)


@contextlib.contextmanager
def _sets(
    asked: Asked, settings: "Settings", embedder: "Embedder"
) -> "Iterator[Iterator[tuple[str, Searcher, Judged]]]":
    """Name, searcher and queries of each set; a collection is indexed when its turn comes."""
    from kb.search.corpora import open_corpus
    from kb.search.index import IndexStore
    from kb.search.judged import read
    from kb.search.searcher import Searcher

    own = read(asked.queries, asked.qrels) if asked.queries else None
    corpora = [open_corpus(folder) for folder in asked.corpora]
    names = [*([asked.queries.stem] if asked.queries else []), *(corpus.name for corpus in corpora)]
    if len(set(names)) < len(names):
        raise EvaluationError(f"Two sets have the same name: {', '.join(sorted(names))}.", "Rename a file or folder.")

    def each(cache: Path) -> "Iterator[tuple[str, Searcher, Judged]]":
        if own:
            yield names[0], Searcher(IndexStore(settings.index, embedder.id), embedder), own
        for corpus in corpora:
            with progress(quiet=asked.as_json) as report:
                searcher = corpus.searcher(cache, embedder, report)
            yield corpus.name, searcher, corpus.judged

    with contextlib.ExitStack() as stack:
        yield each(asked.cache or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kb-evaluate-"))))


def _payload(asked: Asked, sets: Mapping[str, _Measured], differences: "Sequence[Difference]") -> dict[str, Any]:
    if asked.plain:
        (only,) = sets.values()
        return {str(stage): row for stage, row in only.evaluated.means().items()}
    payload: dict[str, Any] = {"sets": {}}
    for name, measured in sets.items():
        payload["sets"][name] = {"queries": len(measured.evaluated.queries), "stages": measured.evaluated.means()}
        if asked.losses:
            payload["sets"][name]["losses"] = [asdict(loss) for loss in measured.losses]
        if asked.nothing:
            payload["sets"][name]["verdicts"] = measured.verdicts
    if asked.baseline:
        payload["differences"] = [{**asdict(difference), "fell": difference.fell} for difference in differences]
    return payload


def _print(sets: Mapping[str, _Measured], differences: "Sequence[Difference]", stored: "Baseline") -> None:
    several = len(sets) > 1
    rows = [
        (*([escape(name)] if several else []), stage, *(f"{value:.3f}" for value in row.values()))
        for name, measured in sets.items()
        for stage, row in measured.evaluated.means().items()
    ]
    table((*(["set"] if several else []), "", "nDCG@10", "recall@10", "MRR"), rows)
    for name, measured in sets.items():
        if measured.losses:
            typer.echo(f"\n{name}: the {len(measured.losses)} worst of {len(measured.evaluated.queries)} queries")
            _print_losses(measured.losses)
        if measured.verdicts:
            typer.echo(f"\n{name}: verdicts")
            _print_verdicts(measured.verdicts)
    if differences:
        typer.echo("\nnDCG@10 against the baseline (p by paired randomisation)")
        _print_differences(differences)
        if gone := [name for name in sets if name not in stored]:
            typer.echo(f"Not in the baseline: {', '.join(gone)}.")


def _print_losses(losses: "Sequence[Loss]") -> None:
    table(
        ("nDCG@10", "id", "query", "came first", "wanted", "came"),
        [
            (f"{loss.ndcg:.3f}", escape(loss.query), *(escape(_short(text)) for text in (loss.text, loss.first, loss.wanted)), str(loss.place or "nowhere"))
            for loss in losses
        ],
    )  # fmt: skip


def _print_verdicts(verdicts: "Mapping[str, Mapping[Verdict, int]]") -> None:
    from kb.search.evaluation import wrong

    table(
        ("", "queries", "none", "possible", "strong", "wrong"),
        [
            (escape(kind), str(sum(counted.values())), *(str(number) for number in counted.values()), f"{wrong(kind, counted):.1%}")
            for kind, counted in verdicts.items()
        ],
    )  # fmt: skip


def _print_differences(differences: "Sequence[Difference]") -> None:
    table(
        ("set", "", "queries", "before", "now", "difference", "p", ""),
        [
            (escape(d.name), d.stage, str(d.queries), f"{d.before:.3f}", f"{d.after:.3f}", f"{d.after - d.before:+.3f}", f"{d.p:.3f}", "fell" if d.fell else "")
            for d in differences
        ],
    )  # fmt: skip


def _short(text: str, most: int = 70) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}\u2026"
