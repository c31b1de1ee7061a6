"""The JSON interface: the contract that programs outside rely on."""

import pytest

from kb.search.facets import FACETS

SEARCH = {
    "query", "total", "verdict", "degraded", "took_ms", "limit", "offset", "sort", "exactly", "filters", "understood", "hits", "facets",
}  # fmt: skip
UNDERSTOOD = {"text", "repairs", "suggestion", "widened", "phrases", "excluded", "filters"}
HIT = {
    "slug", "title", "score", "url", "summary", "verdict", "outcome", "organisations", "settings", "topics", "year", "kind", "passage", "why",
}  # fmt: skip
SLUG = "acute-unit-physical-health-booklet"


@pytest.fixture(scope="module")
def ask(client):
    """`ask(path, status=200, **parameters)`: the JSON that the interface answers."""

    def get(path, status=200, **parameters):
        response = client.get(f"/api/v1/{path}", params=parameters)
        assert response.status_code == status, response.text
        kind = "application/json" if status == 200 else "application/problem+json"
        assert response.headers["content-type"] == kind
        return response.json()

    return get


def test_a_search_has_exactly_these_keys(ask):
    found = ask("search", q="long waits for ADHD assessment")
    assert found.keys() == SEARCH
    assert found["query"] == "long waits for ADHD assessment"
    assert (found["verdict"], found["degraded"], found["limit"], found["offset"], found["sort"]) == (
        "strong", False, 20, 0, "relevance",
    )  # fmt: skip
    assert found["took_ms"] > 0
    assert found["total"] >= len(found["hits"]) > 0
    for hit in found["hits"]:
        assert hit.keys() == HIT
        assert hit["passage"].keys() == {"section", "anchor", "snippet", "text", "in_meaning"}
        assert hit["why"]
    assert found["facets"].keys() == {facet.name for facet in FACETS}
    for values in found["facets"].values():
        assert all(value.keys() == {"value", "label", "count"} and value["count"] > 0 for value in values)
    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_a_hit_leads_to_the_heading_of_its_passage(ask, page):
    for hit in ask("search", q="reducing restraint on acute wards", limit=5)["hits"]:
        path, _, anchor = hit["url"].partition("#")
        soup = page(path)
        assert soup.h1.get_text() == hit["title"]
        assert anchor == hit["passage"]["anchor"]
        assert not anchor or soup.find(id=anchor)
        assert hit["passage"]["snippet"].replace("<mark>", "").replace("</mark>", "")


@pytest.mark.parametrize("words", ["sourdough starter recipe", "how to prune roses"])
def test_what_nobody_has_tried_has_the_verdict_none(ask, words):
    found = ask("search", q=words)
    assert (found["verdict"], found["total"]) == ("none", 0)
    assert 1 <= len(found["hits"]) <= 3  # the nearest there are
    assert not any(found["facets"].values())
    filtered = ask("search", q=words, verdict="improved")
    assert (filtered["verdict"], filtered["total"], any(filtered["facets"].values())) == ("none", 0, False)


def test_a_title_is_found(ask, published):
    title = published.store.current().case_study(SLUG).title
    found = ask("search", q=title)
    assert (found["verdict"], found["hits"][0]["slug"]) == ("strong", SLUG)


def test_what_was_understood_is_said(ask):
    assert ask("search")["understood"] == {
        "text": "", "repairs": [], "suggestion": "", "widened": [], "phrases": [], "excluded": [], "filters": {},
    }  # fmt: skip
    found = ask("search", q='restrant "staff" -prone org:ELFT')
    understood = found["understood"]
    assert understood.keys() == UNDERSTOOD
    assert understood["text"] == "restraint staff"
    assert understood["repairs"] == [{"typed": "restrant", "repaired": "restraint"}]
    assert (understood["phrases"], understood["excluded"]) == (["staff"], ["prone"])
    assert understood["filters"] == {"organisation": ["RWK"]} == found["filters"]
    widened = {span["typed"]: span for span in understood["widened"]}
    assert "restrictive practice" in [other.lower() for other in widened["restraint"]["others"]]
    assert all(span.keys() == {"typed", "others", "expansion", "senses"} for span in widened.values())


def test_an_acronym_has_an_expansion_and_other_senses(ask):
    (span,) = ask("search", q="ED")["understood"]["widened"]
    assert {"eating disorder", "emergency department"} <= {span["expansion"], *span["senses"]}
    assert span["typed"] == "ED"
    assert not {"ED", span["expansion"]} & {*span["others"], *span["senses"]}


def test_a_doubtful_word_gives_a_suggestion_that_keeps_the_marks(ask):
    understood = ask("search", q="asesment of pain -prone")["understood"]
    assert understood["suggestion"] == "assessment of pain -prone"
    assert understood["repairs"] == []


@pytest.mark.parametrize("said", ["1", "true"])
def test_exactly_changes_nothing_that_was_typed(ask, said):
    found = ask("search", q="restrant on the ward", exactly=said)
    assert found["exactly"]
    assert found["understood"] == {
        "text": "restrant on the ward", "repairs": [], "suggestion": "", "widened": [], "phrases": [], "excluded": [], "filters": {},
    }  # fmt: skip
    assert ask("facets", q="restrant on the ward", exactly=said)["total"] == found["total"]
    assert not ask("search", q="restrant on the ward")["exactly"]


def test_a_sentence_that_says_it_in_other_words_is_marked_as_such(ask):
    hits = ask("search", q="young people who hurt themselves when nobody is watching at night", limit=100)["hits"]
    meant = [hit for hit in hits if hit["passage"]["in_meaning"]]
    for hit in meant:
        assert hit["passage"]["snippet"].count("<mark>") == 1
        assert "other words" in hit["why"][0]
    assert len(meant) < len(hits)


def test_pages_of_hits_join_without_a_gap_or_a_repeat(ask):
    whole = [hit["slug"] for hit in ask("search", limit=100)["hits"]]
    assert len(whole) == ask("search")["total"] == len(set(whole)) >= 97
    parts = [hit["slug"] for offset in range(0, 100, 7) for hit in ask("search", limit=7, offset=offset)["hits"]]
    assert parts == whole
    assert ask("search", limit=7, offset=9_000)["hits"] == []


def test_a_facet_given_twice_means_either(ask):
    totals = [ask("search", verdict=value)["total"] for value in ("mixed", "no-change")]
    both = ask("search", verdict=["mixed", "no-change"], limit=100)
    assert both["filters"] == {"verdict": ["mixed", "no-change"]}
    assert both["total"] == sum(totals)
    assert {hit["verdict"] for hit in both["hits"]} == {"mixed", "no-change"}


def test_two_facets_mean_both(ask):
    found = ask("search", verdict="improved", setting="acute-adult-ward", limit=100)
    assert 0 < found["total"] < ask("search", verdict="improved")["total"]
    assert {hit["verdict"] for hit in found["hits"]} == {"improved"}


def test_newest_first_is_the_same_hits_in_another_order(ask):
    nearest, newest = (ask("search", q="restraint", sort=sort, limit=100)["hits"] for sort in ("relevance", "newest"))
    assert {hit["slug"] for hit in nearest} == {hit["slug"] for hit in newest}
    assert [hit["slug"] for hit in nearest] != [hit["slug"] for hit in newest]


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"colour": "red"}, "colour"), ({"limit": "101"}, "limit"), ({"limit": "0"}, "limit"), ({"offset": "-1"}, "offset"),
        ({"offset": "10001"}, "offset"), ({"sort": "oldest"}, "sort"), ({"q": "x" * 501}, "q"), ({"q": "?!"}, "q"),
        ({"topic": "nothing"}, "topic"), ({"organisation": "ZZZ999"}, "organisation"), ({"year": "soon"}, "year"),
        ({"topic": [f"t{n}" for n in range(51)]}, "filters"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["search", "facets"])
def test_what_cannot_be_asked_is_named(ask, path, parameters, field):
    found = ask(path, 422, **parameters)
    assert found.keys() == {"type", "title", "status", "detail", "errors"}
    assert [problem["field"] for problem in found["errors"]] == [field]
    assert found["errors"][0]["message"].endswith((".", "?"))


def test_every_problem_is_named_at_once(ask):
    found = ask("search", 422, limit="0", sort="oldest", colour="red")
    assert {problem["field"] for problem in found["errors"]} == {"limit", "sort", "colour"}


def test_a_mistyped_value_gets_the_nearest(ask):
    assert (
        "Did you mean restrictive-practice" in ask("search", 422, topic="restrictive-practise")["errors"][0]["message"]
    )


def test_a_closed_organisation_filters_by_what_it_is_today(ask):
    closed, today = (ask("search", organisation=code) for code in ("RJX", "RW4"))
    assert [hit["slug"] for hit in closed["hits"]] == [hit["slug"] for hit in today["hits"]]
    assert today["total"] > 0


def test_a_case_study_has_its_fields_sections_and_text(ask, published):
    found = ask(f"case-studies/{SLUG}")
    known = published.store.current().case_study(SLUG)
    assert found.keys() >= {
        "slug",
        "title",
        "kind",
        "summary",
        "verdict",
        "partners",
        "regions",
        "measures",
        "sources",
        "published",
    }
    assert found.keys() >= {"year", "url", "sections", "markdown"}
    assert not {"body", "extra"} & found.keys()
    assert found["url"] == f"/case-studies/{SLUG}"
    assert found["measures"][0] == {
        "name": "Patients who had a physical health assessment", "kind": "outcome" if known.measures[0].kind == "outcome" else "process",
        "baseline": "81.3", "result": "96.9", "unit": "% of patients", "direction": "higher-is-better",
        "period": "10-month baseline (247 patients) and 15-month implementation (318 patients)",
    }  # fmt: skip
    assert [section["heading"] for section in found["sections"]][:3] == ["Problem", "What was done", "Results"]
    assert all(section.keys() == {"heading", "anchor", "text"} and section["text"] for section in found["sections"])
    assert found["markdown"] == known.body


def test_an_unknown_case_study_is_a_problem(ask):
    assert ask("case-studies/nothing", 404)["detail"] == "There is no case study 'nothing'."


def test_facets_are_those_of_a_search(ask):
    assert ask("facets", q="restraint") == {key: ask("search", q="restraint")[key] for key in ("total", "facets")}
    verdicts = ask("facets")["facets"]["verdict"]
    assert sum(value["count"] for value in verdicts) == ask("facets")["total"]


def test_counts_are_of_the_whole_result_whatever_the_page(ask):
    assert ask("search", q="restraint", limit=1)["facets"] == ask("search", q="restraint", limit=50)["facets"]


def test_the_openapi_document_describes_what_there_is(client, ask):
    document = client.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.")
    assert document["paths"].keys() == {"/api/v1/search", "/api/v1/case-studies/{slug}", "/api/v1/facets"}
    for path in ("/api/v1/search", "/api/v1/facets"):
        operation = document["paths"][path]["get"]
        parameters = {parameter["name"]: parameter for parameter in operation["parameters"]}
        assert {facet.name for facet in FACETS} | {"q"} <= parameters.keys()
        assert all(parameter["in"] == "query" and parameter["description"] for parameter in parameters.values())
        assert "application/problem+json" in operation["responses"]["422"]["content"]
        # every parameter that is described is taken, with a value that its schema allows
        for name, parameter in parameters.items():
            schema = parameter["schema"]
            allowed = schema.get("enum", [str(schema.get("maximum", ""))])[-1]
            ask(path.rpartition("/")[2], **{name: allowed})
    assert [p["name"] for p in document["paths"]["/api/v1/case-studies/{slug}"]["get"]["parameters"]] == ["slug"]
    names = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names)) == 3


def test_the_openapi_document_is_valid(client):
    """Against the parts of the specification that break a generator: references, responses, parameters of the path."""
    from jsonschema import Draft202012Validator

    document = client.get("/api/openapi.json").json()
    assert {"openapi", "info", "paths"} <= document.keys()
    assert document["info"]["version"]
    schemas = []

    def walk(value):
        if isinstance(value, dict):
            if "$ref" in value:
                target = document
                for step in value["$ref"].removeprefix("#/").split("/"):
                    target = target[step]
            schemas.extend([value["schema"]] if "schema" in value else [])
            value = value.values()
        for item in value if not isinstance(value, str | int | float | bool | None) else ():
            walk(item)

    walk(document)
    assert len(schemas) > 20
    for schema in schemas:
        Draft202012Validator.check_schema(schema)
    for path, methods in document["paths"].items():
        for operation in methods.values():
            given = {(parameter["name"], parameter["in"]) for parameter in operation["parameters"]}
            assert len(given) == len(operation["parameters"])
            assert {name for name, where in given if where == "path"} == ({"slug"} if "{slug}" in path else set())
            assert all(response["description"] for response in operation["responses"].values())


def test_the_documentation_lists_every_operation_and_parameter(page, client):
    soup = page("/api/docs")
    listed = [code.get_text() for code in soup.select("h2 + p > code")]
    document = client.get("/api/openapi.json").json()
    for path, methods in document["paths"].items():
        assert f"GET {path}" in listed
        table = soup.find("div", attrs={"aria-label": f"Parameters of {path}"})
        assert [code.get_text() for code in table.select("th code")] == [
            p["name"] for p in methods["get"]["parameters"]
        ]
    assert soup.find("a", href="/api/openapi.json")


def test_the_example_in_the_documentation_works(page, client):
    href = next(a["href"] for a in page("/api/docs").find_all("a") if a["href"].startswith("/api/v1/"))
    assert len(client.get(href).json()["hits"]) == 3
