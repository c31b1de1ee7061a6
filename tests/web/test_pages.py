"""A page's dataclass and its template agree both ways, and nothing in a template can be misspelt unseen."""

import dataclasses
import datetime
import sys

import jinja2
import pytest
from jinja2 import meta, nodes

from kb.content.case_study import CaseStudy
from kb.content.questions import QUESTIONS
from kb.content.vocabulary import Concept, Organisation, Vocabulary
from kb.editorial.comments import Remark
from kb.editorial.steps import Event
from kb.editorial.submission import Concern
from kb.search.query import Query
from kb.search.syntax import read
from kb.search.understanding import Understood
from kb.settings import Settings
from kb.web import pages
from kb.web.advice import Advice, Link, Way
from kb.web.browse import Branch
from kb.web.fields import inputs
from kb.web.listing import Listed
from kb.web.offered import ShownOffer
from kb.web.search import FacetGroup, FacetLink, PageLink
from kb.web.shown_fields import Remarks, Searching, fields
from kb.web.understood import Account, Sense, Taken

# What render() adds to the fields of a page; cspNonce is for the NHS template alone.
GIVEN = {"path", "url", "cspNonce", "me", "my_pages"}
ENVIRONMENT = pages.environment(Settings())
TEMPLATES = sorted(
    path.relative_to(pages.WEB / "templates").as_posix() for path in (pages.WEB / "templates").rglob("*.*")
)
COMPONENTS = [name for name in TEMPLATES if name.startswith("components/")]


def page_classes(base=pages.Page):
    """Every page; a dataclass with slots replaces the class that was written, so each is looked up by its name."""
    found = {getattr(sys.modules[kind.__module__], kind.__name__) for kind in base.__subclasses__()}
    return found | {deeper for kind in found for deeper in page_classes(kind)}


PAGES = sorted(page_classes(), key=lambda kind: kind.__name__)


def tree(name):
    return ENVIRONMENT.parse(ENVIRONMENT.loader.get_source(ENVIRONMENT, name)[0])


def imported(parsed):
    return {
        name[1] if isinstance(name, tuple) else name
        for node in parsed.find_all(nodes.FromImport)
        for name in node.names
    }


def defined(parsed):
    """Names that a template makes itself, and that its blocks and those of its layout may use."""
    made = {node.name for node in parsed.find_all(nodes.Macro)} | imported(parsed)
    return made | {node.target.name for node in parsed.find_all(nodes.Assign)}


def used(name):
    """Names that a template and those it extends or includes take from the page."""
    parsed = tree(name)
    names = meta.find_undeclared_variables(parsed)
    for node in parsed.find_all((nodes.Extends, nodes.Include)):
        if node.template.value in TEMPLATES:  # the NHS layout has options of its own, all of them optional
            names |= used(node.template.value)
    return names - defined(parsed)


def test_the_guards_below_see_the_pages_and_templates():
    assert len(PAGES) > 10
    assert len(TEMPLATES) > 15
    assert len(COMPONENTS) > 5


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.__name__)
def test_a_page_has_exactly_the_fields_its_template_uses(kind):
    assert kind.template in TEMPLATES
    fields = {field.name for field in dataclasses.fields(kind)}
    # An old version is the page of a case study with some of its blocks replaced, and what stood in those is not needed.
    assert fields <= used(kind.template)
    assert fields == used(kind.template) - GIVEN or kind.template == "history/version.html"


def test_the_walk_finds_what_a_template_uses():
    assert {"title", "path", "query", "hits"} <= used("search/results.html")
    assert not {"search_box", "kept", "navigation", "found"} & used("search/results.html")


def test_every_template_belongs_to_a_page_or_is_part_of_one():
    parts = {name for name in TEMPLATES if name.startswith(("components/", "layouts/"))}
    assert set(TEMPLATES) - parts == {kind.template for kind in PAGES}
    referenced = {other for name in TEMPLATES for other in meta.find_referenced_templates(tree(name))}
    assert parts <= referenced


def test_every_component_is_used_and_every_import_too():
    macros = {node.name for name in COMPONENTS for node in tree(name).find_all(nodes.Macro)}
    called = {
        (name, call.node.name)
        for name in TEMPLATES for call in tree(name).find_all(nodes.Call) if isinstance(call.node, nodes.Name)
    }  # fmt: skip
    assert len(macros) > 5
    assert macros <= {macro for _, macro in called}
    assert {(name, macro) for name in TEMPLATES for macro in imported(tree(name))} <= called


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_takes_all_it_needs_as_arguments(name):
    """A macro is imported without the page's context, so a page's field in it would be nothing."""
    assert meta.find_undeclared_variables(tree(name)) - defined(tree(name)) == set()


CASE = CaseStudy(slug="a", title="Fewer falls", verdict="improved")
CHILD = Branch(Concept("b", "Falls"), 0, "", ())
ACCOUNT = Account(
    "restrant ED", repairs=(("restrant", "restraint"),), taken=(Taken("ED", "eating disorder", (Sense("emergency department", "?q=a"),)),),
    also=("anorexia",), more=2, phrases=("a b",), excluded=("c",), filters=(("Region", ("London",)),), suggestion="d", other_way="?q=b",
)  # fmt: skip
ADVICE = Advice(
    (Way("use fewer words: ", (Link("rockets", "?q=rockets"),)),),
    (Link("Safety", "/topics/safety"),),
    "mailto:a@b.example",
)
LINK = FacetLink("London", 3, "?region=london", applied=True)
ASKED = {one.name: one for question in QUESTIONS for one in inputs(question)}
SHOWN = fields(
    tuple(ASKED[name] for name in ("title", "organisations", "measures", "verdict", "started")), {"organisations": ["RAA"], "measures": [{"name": "Falls"}]},
    Vocabulary(organisations={"RAA": Organisation("RAA", "A trust")}), Searching("organisations", "b"),
    Remarks({"title": "Too long."}, {"title": ("Check it.",)}, {"title": ("Saved by Ann", "Falls")}, {"title": (("CRHT", "Spell it out."),)}, {"title": (ShownOffer(0, "Falls", "Fewer falls"),)}), {},
)  # fmt: skip
AT = datetime.datetime(2026, 11, 24, 13, 5, tzinfo=datetime.UTC)
REMARK = Remark(1, "aim", "Rita", AT, "By when?", "Wanda", (Remark(2, "aim", "Wanda", AT, "By March.", ""),))
CONCERN = Concern(
    "aim", "Aim", "The number 943 476 5919 is", "nhs-number", False, "It may be an NHS number.", "d1", "It is in every textbook.",
    "Wanda", "943 476 5919",
)  # fmt: skip
SAMPLES = {
    "verdict": ('{{ verdict("mixed") }}{{ verdict(none) }}', "Mixed results"),
    "facet_link": ("{{ facet_link(link) }}", "in use, remove"),
    "browse_all": ("{{ browse_all(group) }}", "/topics"),
    "branch_list": ('{{ branch_list(branches, "/topics") }}', "/topics/b"),
    "case_study_list": ("{{ case_study_list(listed) }}", "<h3>"),
    "case_study_item": ('{{ case_study_item(listed[0], 2, "Also in London") }}', "Also in London"),
    "page_links_nav": ("{{ page_links_nav(links) }}", 'aria-current="page"'),
    "search_box": ('{{ search_box("What?", "q", "Wrong", "Hint", [("topic", "b")]) }}', "q-error"),
    "lines": ('{{ lines([organisation, "A charity"], "/topics") }}', "<li>A charity</li>"),
    "name": ('{{ name(organisation, "/organisations") }}', '<a href="/organisations/RAA">A trust</a>'),
    "what_we_searched_for": ("{{ what_we_searched_for(account) }}", "ED taken as <strong>eating disorder</strong>"),
    "nothing_close": ('{{ nothing_close("rockets", results, advice, ()) }}', "close to “rockets”"),
    "problem_form": ('{{ problem_form("what I typed", [("text", "Too long.")]) }}', "what I typed"),
    "nothing_like_it": ('{{ nothing_like_it("your text", ()) }}', "close to your text"),
    "state_tag": ('{{ state_tag("in-review") }}', ">In review</strong>"),
    "steps_taken": ("{{ steps_taken(steps) }}", "Wanda sent it for review"),
    "comment_list": (
        '{{ comment_list((remark,), "/drafts/a/comments", "aim", {"aim": "What for?"}) }}',
        'action="/drafts/a/comments/1"',
    ),
    "what_was_said": ("{{ what_was_said(remark) }}", "24 November 2026 at 13:05"),
    "comment_form": (
        '{{ comment_form("/drafts/a/comments", "aim", typed="Fewer", problem="Too long.") }}',
        'id="comment-on-aim-error"',
    ),
    "concern": ('{{ concern(one, "/drafts/a") }}', "<mark>943 476 5919</mark>"),
    "confirmed_concern": ("{{ confirmed_concern(one) }}", "It is in every textbook."),
    "breadcrumb": ('{{ breadcrumb([("Topics", "/topics")]) }}', "/topics"),
    "form_field": ("{% for f in shown %}{{ form_field(f) }}{% endfor %}", "Add another measure"),
    "control": ("{{ control(shown[0]) }}", 'aria-describedby="title-hint title-error title-warning title-theirs"'),
    "grouped": ("{{ grouped(shown[3]) }}", "The main result got better."),
    "picker": ("{{ picker(shown[1]) }}", "Find an organisation by any of its names"),
    "box": ('{{ box(shown[1], shown[1].chosen[0], true, "1") }}', 'value="RAA" checked'),
    "said": ("{{ said(shown[0]) }}", "Use this instead of mine"),
    "suggestions_for": ("{{ suggestions_for(shown[0]) }}", "Suggestions for your wording (1)"),
}


def test_our_own_components_use_nothing_undefined():
    """The site's environment lets missing names be nothing, because the NHS macros need that; ours do not."""
    strict = ENVIRONMENT.overlay(undefined=jinja2.StrictUndefined)
    context = {
        "link": LINK, "organisation": Organisation("RAA", "A trust"), "group": FacetGroup("topic", "Topic", (LINK,), (), "/topics", opened=True), "branches": (Branch(Concept("a", "Safety"), 2, "", (CHILD,)),),
        "listed": (Listed(CASE, ("A trust", "2020")),), "links": (PageLink(1, "/search", current=True),),
        "steps": (Event("sent it for review", "Wanda", AT, "The first year."),), "remark": REMARK, "one": CONCERN,
        "shown": SHOWN, "account": ACCOUNT, "advice": ADVICE, "results": {"query": Query("rockets"), "hits": (CASE,), "understood": Understood(read("rockets"), "rockets", ())},
    }  # fmt: skip
    macros = {node.name: name for name in COMPONENTS for node in tree(name).find_all(nodes.Macro)}
    assert SAMPLES.keys() <= macros.keys()  # the pages of drafts, reviews and history render the others
    for macro, (sample, expected) in SAMPLES.items():
        source = f'{{% from "{macros[macro]}" import {macro} %}}{sample}'
        assert expected in strict.from_string(source).render(context), macro


@pytest.mark.parametrize(
    "source", ["{{ case_study.titel }}", "{{ branch.concept.lable }}", "{% if branch.chidren %}{% endif %}"]
)
def test_a_misspelt_field_of_our_own_classes_stops_the_page(source):
    with pytest.raises(jinja2.UndefinedError, match="has no field"):
        ENVIRONMENT.from_string(source).render(case_study=CASE, branch=CHILD)


def test_a_missing_option_of_an_nhs_macro_is_nothing():
    assert ENVIRONMENT.from_string("{{ options.attributes.deeper }}|{{ given.more }}").render(given={}) == "|"


def test_everything_is_escaped_whatever_the_template_is_called():
    assert ENVIRONMENT.from_string("{{ text }}").render(text="<b>") == "&lt;b&gt;"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (datetime.date(2026, 11, 22), "22 November 2026"), ("2026-11-02", "2 November 2026"), ("2026-11", "November 2026"),
        ("2026", "2026"), (None, ""),
    ],
)  # fmt: skip
def test_dates_are_written_as_people_write_them(value, words):
    assert pages.date(value) == words


def test_lists_and_kinds_in_words():
    assert [pages.sentence_list(items) for items in ([], ["a"], ["a", "b"], "abc")] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert [pages.words_for_kind(kind) for kind in ("nhs-trust", "hsc-trust", "vcse", "integrated-care-board")] == [
        "NHS trust", "HSC trust", "VCSE", "Integrated care board",
    ]  # fmt: skip


def test_an_address_holds_only_what_has_a_value():
    assert (
        pages.address("/search", [("q", "a b&c"), ("topic", ""), ("page", None), ("year", 2020)])
        == "/search?q=a+b%26c&year=2020"
    )
    assert pages.address("/search", [("q", "")]) == "/search"


def test_a_static_address_changes_with_the_file(client):
    address = pages.static("css/site.css")
    assert address.startswith("/static/css/site.css?v=")
    assert client.get(address).status_code == 200
    assert pages.static("js/site.js").partition("v=")[2] != address.partition("v=")[2]
    assert pages.static("css/gone.css") == "/static/css/gone.css?v=0"
