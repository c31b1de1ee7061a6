"""Owns how the command line tells what a search found and what a build did. Never searches or builds."""

from typing import TYPE_CHECKING

import typer

from kb.console import count, escape, print_json, table

if TYPE_CHECKING:
    from kb.search.builder import Built
    from kb.search.searcher import Results


def print_results(results: "Results") -> None:
    """Says how much was found, what was looked for, and lists the hits."""
    from kb.web.payloads import heading, outcome, verdict_word
    from kb.web.understood import account

    rows = []
    for number, hit in enumerate(results.hits, results.query.offset + 1):
        passage = "".join(
            f"[bold]{escape(words)}[/bold]" if matched else escape(words) for words, matched in hit.passage.parts
        )
        rows.append(
            (
                str(number),
                f"{escape(hit.case_study.title)}\n[dim]{hit.case_study.slug}[/dim]",
                escape(outcome(hit.case_study) or verdict_word(hit.case_study.verdict)),
                passage,
            )
        )
    typer.echo(heading(results))
    if told := "; ".join(account(results).lines()):
        typer.echo(f"Searched for: {told}")
    if rows:
        typer.echo("The nearest we have:" if results.verdict == "none" else "")
        table(("", "Case study", "How it went", "What matched"), rows)


def print_built(built: "Built", as_json: bool) -> None:
    """Says what a build did, and each finding."""
    if as_json:
        kept = {
            name: getattr(built, name)
            for name in ("generation", "changed", "case_studies", "passages", "parsed", "embedded")
        }
        print_json(
            {**kept, "seconds": round(built.seconds, 3), "findings": [finding.to_dict() for finding in built.findings]}
        )
        return
    for finding in built.findings:
        typer.echo(str(finding), err=finding.severity == "error")
    total = f"{count(built.case_studies, 'case study', 'case studies')} in {count(built.passages, 'passage')}"
    if built.changed:
        typer.echo(
            f"Built {built.generation}: {total}; {count(built.parsed, 'file')} read, {count(built.embedded, 'passage')} embedded, {built.seconds:.1f} seconds."
        )
    else:
        typer.echo(f"Nothing to do: the index is up to date with {total} ({built.seconds:.1f} seconds).")
