"""Owns how answers are put into words and JSON for people and programs alike. Never imports the web framework."""

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

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
    if results.reading is None:
        return case_studies(total) if total else "No case studies match these filters"
    if results.verdict == "none":
        if not results.hits:
            return "No case studies found"
        return "We need a few more words" if results.understood.vague else "Nothing like this yet"
    if close == total:
        return (
            f"{case_studies(total)}, close to what you asked"
            if total == 1
            else f"{case_studies(total)}, all close to what you asked"
        )
    if close:
        return f"{case_studies(total)}, {close} close to what you asked"
    return f"{case_studies(total)} that might help, {'not' if total == 1 else 'none'} an exact match"


def inside(label: str) -> str:
    """A label as it stands inside a sentence: "restrictive practice", but "NHS 111" and "HbA1c" as they are."""
    return label[0].lower() + label[1:] if label.partition(" ")[0][1:].islower() else label


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


def marked_words(text: str, words: str) -> Markup:
    """The text as safe HTML with each place marked where these words stand in it, however they are spaced."""
    between = r"\s+".join(map(re.escape, words.split()))
    found = re.split(f"({between})", text, flags=re.IGNORECASE) if between else [text]
    return Markup("").join(
        Markup("<mark>{}</mark>").format(part) if place % 2 else escape(part) for place, part in enumerate(found)
    )


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
        "exactly": results.query.exactly,
        "filters": {name: list(values) for name, values in results.filters.items()},
        "understood": understood_payload(results),
        "hits": [hit_payload(hit) for hit in results.hits],
        "facets": facets_payload(results),
    }


def understood_payload(results: Results) -> dict[str, Any]:
    """What was looked for, where that is more or other than what was typed, as JSON."""
    understood = results.understood
    spans = results.reading.spans if results.reading else ()
    return {
        "text": understood.text,
        "repairs": [{"typed": typed, "repaired": word} for typed, word in understood.repairs],
        "suggestion": suggestion(results),
        "widened": [
            {
                "typed": span.typed,
                "others": [other.text for other in span.others if other.text not in (span.typed, span.expansion)],
                "expansion": span.expansion,
                "senses": list(span.senses),
            }
            for span in spans
            if span.others
        ],
        "phrases": list(understood.typed.phrases),
        "excluded": list(understood.typed.excluded),
        "filters": {
            name: [value.value for value in results.facets[name] if value.value in values]
            for name, values in marks(results).items()
        },
    }


def suggestion(results: Results) -> str:
    """The search with every word that may be a slip put right, its marks kept; "" when none may be."""
    understood = results.understood
    return reworded(results.query.text, dict((*understood.repairs, *understood.doubts))) if understood.doubts else ""


def reworded(text: str, words: Mapping[str, str]) -> str:
    """A search with some of its words replaced; what stands behind a mark such as org: is left."""
    longest_first = sorted(map(re.escape, words), key=len, reverse=True)
    return re.sub(rf"(?<![\w:])(?:{'|'.join(longest_first)})(?!\w)", lambda found: words[found[0]], text)


def marks(results: Results) -> dict[str, tuple[str, ...]]:
    """The filters that were typed into the search, such as org:ELFT, by facet and id."""
    asked = results.query.filters
    return {
        name: tuple(value for value in results.filters[name] if value not in asked.get(name, ()))
        for name in results.understood.typed.filters
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
            "in_meaning": hit.passage.in_meaning,
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
