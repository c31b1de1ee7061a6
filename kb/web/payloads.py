"""Owns how answers are put into words and JSON for people and programs alike. Never imports the web framework."""

from typing import Any

from markupsafe import escape

from kb.content.case_study import CaseStudy
from kb.search.facets import VERDICTS
from kb.search.passages import with_unit
from kb.search.searcher import Hit, Results
from kb.search.snippets import Part

_SHORT_UNIT = 24  # a longer unit, such as a rate with its conditions, is for the table


def plural(number: int, one: str, many: str = "") -> str:
    """A number with its noun, such as "1 case study" and "1,204 case studies"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def case_studies(number: int) -> str:
    """ "1 case study", "12 case studies"."""
    return plural(number, "case study", "case studies")


def heading(results: Results) -> str:
    """How many there are and how close they come, in one sentence."""
    total, close = results.total, results.close
    if not results.query.text:
        return case_studies(total) if total else "No case studies match these filters"
    if not total:
        return "No case studies found"
    if results.verdict == "none":
        return "Nothing like this yet"
    if close == total:
        return (
            f"{case_studies(total)}, close to what you asked"
            if total == 1
            else f"{case_studies(total)}, all close to what you asked"
        )
    if close:
        return f"{case_studies(total)}, {close} close to what you asked"
    return f"{case_studies(total)} that might help, {'not' if total == 1 else 'none'} an exact match"


def outcome(case_study: CaseStudy) -> str:
    """The result in one line with its figure, such as "Missed appointments: 22% to 14%"; "" when no figure is given."""
    for measure in case_study.measures:
        percent = "%" if measure.unit and measure.unit.startswith("%") else None
        unit = percent or (measure.unit if measure.unit and len(measure.unit) <= _SHORT_UNIT else None)
        if measure.baseline and measure.result:
            return f"{measure.name}: {with_unit(measure.baseline, percent)} to {with_unit(measure.result, unit)}"
        if measure.result:
            return f"{measure.name}: {with_unit(measure.result, unit)}"
    return ""


def verdict_word(verdict: str | None) -> str:
    """How it went, in a word or two; "" when nobody said."""
    return VERDICTS.get(verdict or "", "")


def tally(counts: dict[str, int]) -> str:
    """ "9 case studies: 5 improved, 1 mixed, 2 no change", in the order of the verdicts."""
    total = sum(counts.values())
    told = [f"{counts[name]} {word}" for name, word in _TALLY.items() if counts.get(name)]
    return f"{case_studies(total)}: {', '.join(told)}" if told else case_studies(total)


_TALLY = {
    "improved": "improved", "mixed": "mixed", "no-change": "no change", "stopped": "stopped", "too-early": "too early to say",
    "not-stated": "with no result stated",
}  # fmt: skip


def marked(parts: tuple[Part, ...]) -> str:
    """A passage as HTML, safe, with the matching words in <mark>."""
    return "".join(f"<mark>{escape(words)}</mark>" if matched else str(escape(words)) for words, matched in parts)


def results_payload(results: Results, took_ms: float) -> dict[str, Any]:
    """The answer to a query as JSON."""
    return {
        "query": results.query.text,
        "total": results.total,
        "verdict": results.verdict,
        "degraded": results.degraded,
        "took_ms": round(took_ms, 1),
        "limit": results.query.limit,
        "offset": results.query.offset,
        "sort": results.query.sort,
        "filters": {name: list(values) for name, values in results.query.filters.items()},
        "hits": [hit_payload(hit) for hit in results.hits],
        "facets": facets_payload(results),
    }


def facets_payload(results: Results) -> dict[str, list[dict[str, Any]]]:
    """Every facet value of the whole filtered result with its count."""
    return {
        name: [{"value": value.value, "label": value.label, "count": value.count} for value in values if value.count]
        for name, values in results.facets.items()
    }


def hit_payload(hit: Hit) -> dict[str, Any]:
    """One hit as JSON; `snippet` is safe HTML with <mark>, `text` the same without."""
    found = hit.case_study
    fragment = f"#{hit.passage.anchor}" if hit.passage.anchor else ""
    return {
        "slug": found.slug,
        "title": found.title,
        "score": hit.score,
        "url": f"/case-studies/{found.slug}{fragment}",
        "summary": found.summary,
        "verdict": found.verdict,
        "outcome": outcome(found),
        "organisations": list(found.organisations),
        "settings": list(found.settings),
        "topics": list(found.topics),
        "year": found.year,
        "kind": found.kind,
        "passage": {
            "section": hit.passage.section,
            "anchor": hit.passage.anchor,
            "snippet": marked(hit.passage.parts),
            "text": "".join(words for words, _ in hit.passage.parts),
        },
        "why": list(hit.why),
    }


def case_study_payload(found: CaseStudy) -> dict[str, Any]:
    """A whole case study as JSON: its fields, its sections by anchor, and its address."""
    fields = found.model_dump(mode="json", exclude={"body", "extra"}, exclude_none=True)
    sections = [
        {"heading": section.heading, "anchor": section.anchor, "text": section.text} for section in found.sections
    ]
    return {
        **fields,
        "year": found.year,
        "url": f"/case-studies/{found.slug}",
        "sections": sections,
        "markdown": found.body,
    }
