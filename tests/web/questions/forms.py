"""What a browser without scripts sends of the form on a page, and what these tests type into it."""

from kb.editorial import drafts
from kb.editorial.models import AnswerRow

HOME = "organisation:RWK"


def start(reader, writer, answers=None, **more):
    with reader.app.state.database.writing() as session:
        return drafts.start(session, writer, HOME, answers, **more)


def stored(reader, address, question):
    with reader.app.state.database.reading() as session:
        row = session.get(AnswerRow, (address.split("/")[2], question))
        return (row.data, row.revision) if row else ({}, 0)


def form(soup):
    """What a browser sends of the form on a page: the names and values of its controls, without its buttons."""
    found = []
    for control in soup.select("form.kb-form")[0].select("input, textarea, select"):
        if control.name == "textarea":
            found.append((control["name"], control.text.removeprefix("\n")))
        elif control.name == "select":
            chosen = control.select_one("option[selected]") or control.select_one("option")
            found.append((control["name"], chosen["value"]))
        elif control["type"] not in ("checkbox", "radio") or control.has_attr("checked"):
            found.append((control["name"], control.get("value", "")))
    return found


def filled(soup, do="continue", **values):
    """The form with some controls filled in; a list is several choices. A name is written with _ for every -."""
    names = {name.replace("_", "-"): value for name, value in values.items()}
    names |= {name: value for name, value in values.items() if name in ("not_reached", "source_licence")}
    pairs = [(name, value) for name, value in form(soup) if name not in names]
    for name, value in names.items():
        pairs += [(name, one) for one in value] if isinstance(value, list) else [(name, value)]
    return encoded([*pairs, ("do", do)])


def encoded(pairs):
    data = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value.replace("\n", "\r\n"))
    return data


def boxes(soup, name, ticked=None):
    found = soup.select(f"input[type=checkbox][name={name}]")
    return [box["value"] for box in found if ticked is None or box.has_attr("checked") == ticked]


# What is typed on each page, and where to find it afterwards: the same names.
ANSWERS = {
    "what-you-improved": {"title": "Fewer falls at night", "summary": "We asked everyone at risk. Falls went from 11 to 6."},
    "who-did-it": {"organisations": ["RWK", "RVN"], "collaboratives": ["impact"], "partners": "A charity\nA council"},
    "where": {"settings": ["inpatient", "older-adult-ward"], "regions": ["midlands"]},
    "for-whom": {"populations": ["adults-18-64"], "population": "Adults over 65", "not_reached": "People who\nneeded an interpreter"},
    "problem": {"text_problem": "The ward had 11 falls a month.\n\n- one\n- two"},
    "aim": {"text_aim": "To halve falls at night by March 2026."},
    "what-was-done": {"text_what_was_done": "We asked.", "started_month": "4", "started_year": "2025", "ended_month": "", "ended_year": "2026", "stage": "testing"},
    "measures": {
        "measures_0_name": "Falls at night", "measures_0_kind": "outcome", "measures_0_baseline": "11", "measures_0_result": "6",
        "measures_0_unit": "falls a month", "measures_0_period": "2024 against 2026", "measures_0_direction": "lower-is-better", "measures_0_note": "Counted\nby hand",
    },
    "results": {"text_results": "Falls fell.", "verdict": "improved"},
    "learning": {"text_what_was_learned": "Ask at 9pm."},
    "involvement": {"involvement_level": "co-designed", "involvement_people": "Service users\nCarers", "text_involvement": "They wrote the question."},
    "declarations-and-contact": {"contact_email": "falls@example.nhs.uk", "contact_role": "Falls team", "interests": "None", "approval": "None was needed"},
    "topics-and-methods": {"topics": ["restrictive-practice"], "methods": ["lean"], "equity": ["age"], "outcomes": ["safe", "timely"]},
    "equity": {"text_equity": "Falls fell by half among people who speak English."},
    "helped-and-hindered": {"text_what_helped_and_what_got_in_the_way": "A ward manager."},
    "keep-and-change": {"text_what_to_keep_and_what_to_change": "Keep the question."},
    "cost": {"text_cost_and_resources": "\u00a3900 for lights."},
    "spread": {"text_spread": "Two other wards."},
    "guidance-used": {"text_guidance_and_evidence_used": "NICE guidance."},
    "sources": {"sources_0_title": "A poster", "sources_0_publisher": "The trust", "sources_0_url": "https://a.example/poster", "source_licence": "CC BY 4.0"},
    "other": {"other": "## The card\n\nIts wording."},
}  # fmt: skip
