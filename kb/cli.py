"""Owns the command line: flags, exit codes and what each command says. Never decides anything.

Heavy modules are imported inside the commands, so that `kb --help` answers at once.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kb import __version__, users_command
from kb.console import count, escape, print_json, progress, run_command, table
from kb.errors import KbError
from kb.reports import print_built, print_results

if TYPE_CHECKING:
    from kb.search.builder import Built
    from kb.settings import Settings

app = typer.Typer(
    name="kb",
    help="Find, share and reuse improvement work.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(users_command.app, name="users")

Content = Annotated[
    Path | None, typer.Option(help="The folder that holds case_studies/ and vocabulary/. [KB_CONTENT, else ./content]")
]
IndexFolder = Annotated[
    Path | None, typer.Option("--index", help="The folder for the search index. [KB_INDEX, else ./index]")
]
Model = Annotated[
    str | None, typer.Option(help="Path or name of a sentence-transformers model. [KB_MODEL, else all-MiniLM-L6-v2]")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


@app.callback(invoke_without_command=True)
def main(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Find, share and reuse improvement work."""
    if version:
        typer.echo(__version__)
        raise typer.Exit


@app.command()
def serve(
    content: Content = None, index: IndexFolder = None, model: Model = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on. [KB_HOST, else 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on. [KB_PORT, else 8000]")] = None,
    follow: Annotated[bool | None, typer.Option("--follow/--no-follow", help="Follow edits in the content folder. [KB_FOLLOW, else yes]")] = None,
) -> None:  # fmt: skip
    """Serve the site; it follows edits in the content folder."""

    def run() -> None:
        from kb import serve_command

        serve_command.run(_settings(content=content, index=index, model=model, host=host, port=port, follow=follow))

    run_command(run)


@app.command("index")
def index_(
    content: Content = None, index: IndexFolder = None, model: Model = None,
    watch: Annotated[bool, typer.Option("--watch", help="Keep running, and build again when a file changes.")] = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Build the search index from the content folder; only what changed is done again."""

    def run() -> None:
        from kb.content.folder import ContentFolder
        from kb.search.builder import build
        from kb.search.index import IndexStore
        from kb.search.onnx_embedder import embedder_for

        chosen = _settings(content=content, index=index, model=model)
        embedder = embedder_for(chosen)
        store, folder = IndexStore(chosen.index), ContentFolder(chosen.content)

        said: list[Any] = []

        def once() -> "Built":
            with progress(quiet=as_json or bool(said)) as report:
                built = build(folder, store, embedder, report, wait=600)
            news = [built.generation, built.findings]
            if news != said:  # while watching, what was said already is not said every time somebody looks
                print_built(built, as_json)
            said[:] = news
            return built

        built = once()
        if watch:
            from kb.search.follower import changes

            typer.echo(f"Watching {chosen.content}. Press Ctrl+C to stop.")
            for _ in changes(folder):
                _say_errors(once)
        if any(finding.severity == "error" for finding in built.findings):
            raise typer.Exit(1)

    run_command(run)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What you are looking for, in your own words.")],
    index: IndexFolder = None, model: Model = None,
    filters: Annotated[list[str] | None, typer.Option("--filter", help="Only this value of a facet, such as --filter setting=inpatient. May be repeated.")] = None,
    exactly: Annotated[bool, typer.Option("--exactly", help="Look for the words as typed: nothing put right, nothing widened.")] = False,
    sort: Annotated[str, typer.Option(help="relevance or newest")] = "relevance",
    limit: Annotated[int, typer.Option(help="How many to show, from 1 to 100.")] = 10,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Search the case studies."""

    def run() -> None:
        from kb.search.query import Query
        from kb.search.searcher import searcher_for
        from kb.web.payloads import results_payload

        pairs = [_filter(item) for item in filters or ()]
        asked = Query.from_params(
            [("q", query), ("exactly", str(exactly)), ("sort", sort), ("limit", str(limit)), *pairs], strict=True
        )
        results = searcher_for(_settings(index=index, model=model)).search(asked)
        if as_json:
            print_json(results_payload(results, 0))
        else:
            print_results(results)

    run_command(run)


@app.command()
def check(content: Content = None, as_json: AsJson = False) -> None:
    """Check every file of the content folder; exit 1 if something must be put right."""

    def run() -> None:
        import datetime

        from kb import publish_command
        from kb.content.checks import check_folder
        from kb.content.findings import has_errors
        from kb.content.folder import ContentFolder

        chosen = _settings(content=content)
        checked = check_folder(ContentFolder(chosen.content), datetime.datetime.now(datetime.UTC).date())
        findings = [*checked.findings, *publish_command.unfinished(chosen)]
        if as_json:
            print_json([finding.to_dict() for finding in findings])
        else:
            for finding in findings:
                typer.echo(str(finding))
            errors = sum(finding.severity == "error" for finding in findings)
            typer.echo(
                f"{count(checked.case_studies, 'case study', 'case studies')}, {count(errors, 'error')}, {count(len(findings) - errors, 'warning')}."
            )
        if has_errors(findings):
            raise typer.Exit(1)

    run_command(run)


@app.command()
def new(title: Annotated[str, typer.Argument(help="The title of the work.")], content: Content = None) -> None:
    """Write a commented template for a new case study."""

    def run() -> None:
        from kb.content.folder import ContentFolder
        from kb.content.template import template
        from kb.content.writing import write_new

        path = write_new(ContentFolder(_settings(content=content).content), title, template(title))
        typer.echo(f"Wrote {path}. Fill it in, then run: kb check")

    run_command(run)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A Word (.docx), Markdown or text file.")],
    to: Annotated[Path | None, typer.Option(help="The case study to write; else beside the file, under its name.")] = None,
    content: Content = None,
) -> None:  # fmt: skip
    """Write a case study from a document: beside it, its pictures in a folder, nothing overwritten.

    Its headings decide what goes into which section. A field is filled in where the document says so under a heading or
    question for it, or in another way that leaves no doubt. All else that was found for fields is a comment in the head,
    with the words it was read from: delete the # to take it, or the line.
    """

    def run() -> None:
        from kb import import_command

        import_command.run(file, to, _settings(content=content))

    run_command(run)


@app.command()
def publish(
    file: Annotated[Path | None, typer.Argument(help="A case study as a Markdown file; pictures and tables in a folder of the same name beside it.")] = None,
    author: Annotated[str, typer.Option(help="E-mail address of the account whose work it is.")] = "",
    reviewer: Annotated[str, typer.Option(help="E-mail address of the account that has reviewed it: another one.")] = "",
    slug: Annotated[str, typer.Option(help="The address it is to have. [the file's name]")] = "",
    note: Annotated[str, typer.Option(help="What is new in this version, for its history.")] = "",
    declare: Annotated[bool, typer.Option("--declare", help="You have checked that no patient can be identified, and everyone named has agreed.")] = False,
    confirm: Annotated[str, typer.Option(help="Why words that look like a patient's details are none; it is kept.")] = "",
    resume: Annotated[int | None, typer.Option(help="Complete a publication that was begun; kb check gives its number.")] = None,
    due: Annotated[bool, typer.Option("--due", help="Publish what was scheduled for today or before.")] = False,
    content: Content = None,
) -> None:  # fmt: skip
    """Publish a case study that two people answer for: checked, approved, written and committed."""

    def run() -> None:
        from kb import publish_command

        asked = publish_command.Asked(file, author, reviewer, slug, note, declare, confirm, resume, due)
        if not publish_command.run(asked, _settings(content=content)):
            raise typer.Exit(1)

    run_command(run)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a case study's front matter."""

    def run() -> None:
        from kb.content.case_study import schema as make

        print_json(make())

    run_command(run)


@app.command()
def evaluate(
    queries: Annotated[Path | None, typer.Option(help="Judged queries over the index: id, query, doc:grade pairs, tab-separated; or JSON Lines with --qrels.")] = None,
    qrels: Annotated[Path | None, typer.Option(help="Judgements: query id, document id, grade, tab-separated.")] = None,
    corpora: Annotated[list[Path] | None, typer.Option("--corpus", help="A folder with corpus.jsonl, queries.jsonl and qrels.tsv, indexed apart. May be repeated.")] = None,
    cache: Annotated[Path | None, typer.Option(help="The folder that keeps the indexes of --corpus. Without it they are thrown away.")] = None,
    losses: Annotated[int, typer.Option(min=0, help="List this many of the worst queries of each set.")] = 0,
    nothing: Annotated[Path | None, typer.Option(help="Queries without an answer: id, query, kind, tab-separated. Counts the verdicts.")] = None,
    baseline: Annotated[Path | None, typer.Option(help="Compare with figures stored by --save; exit 1 if the last stage fell by more than 0.01.")] = None,
    save: Annotated[Path | None, typer.Option(help="Store the figures of each query here.")] = None,
    index: IndexFolder = None, model: Model = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Measure search with judged queries: nDCG@10, recall@10 and MRR at each stage of the ranking."""

    def run() -> None:
        from kb import evaluate_command

        asked = evaluate_command.Asked(
            queries, qrels, tuple(corpora or ()), cache, losses, nothing, baseline, save, as_json
        )
        if evaluate_command.run(asked, _settings(index=index, model=model)):
            raise typer.Exit(1)

    run_command(run)


@app.command()
def searches(
    days: Annotated[int | None, typer.Option(min=1, help="Only the last so many days, today among them.")] = None,
    weak: Annotated[bool, typer.Option("--weak", help="Only searches that found nothing like it, or only possible answers.")] = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """List what people searched for, first what was not found; KB_SEARCH_LOG says where it is kept."""

    def run() -> None:
        from kb.editorial.search_log import SearchLog

        chosen = _settings()
        found = SearchLog(chosen.search_log, chosen.search_log_days).searches(days, weak=weak)
        if as_json:
            print_json([search.to_dict() for search in found])
        elif not found:
            typer.echo("No searches are kept for these days.")
        else:
            table(
                ("times", "answer", "found", "searched for", "filters", "last"),
                [(str(s.times), s.verdict, str(s.found), escape(s.words), escape(s.filters), s.last) for s in found],
            )

    run_command(run)


def _settings(**flags: object) -> "Settings":
    from kb.settings import load

    return load(**flags)


def _filter(item: str) -> tuple[str, str]:
    from kb.errors import QueryError
    from kb.search.facets import BY_NAME

    name, _, value = item.partition("=")
    if name not in BY_NAME or not value.strip():
        raise QueryError(
            {
                "filter": f"There is no filter {item[:60]!r}. Write facet=value, where the facet is one of: {', '.join(BY_NAME)}."
            }
        )
    return name, value


def _say_errors(command: Callable[[], Any]) -> None:
    """For a command that must go on: prints an error of ours instead of ending."""
    try:
        command()
    except KbError as error:
        typer.echo(f"Error: {error}", err=True)
