"""The page of a case study: every published one, and one made of what should never be shown as it is."""

import re

import pytest
from bs4 import BeautifulSoup

from kb.web.case_study_page import with_files

EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def index(published):
    return published.store.current()


def test_every_published_case_study_shows_all_it_has(index, page, client):
    slugs = index.catalogue.slugs()
    assert len(slugs) >= 97
    for slug in slugs:
        found, soup = index.case_study(slug), page(f"/case-studies/{slug}")
        assert soup.h1.get_text() == found.title
        assert len(client.get(f"/case-studies/{slug}").text.encode()) < 30_000, slug
        assert len(soup.select("table.kb-figures tbody tr")) == len(found.measures), slug
        names = [row.th.find(string=True).strip() for row in soup.select("table.kb-figures tbody tr")]
        assert names == [measure.name for measure in found.measures]
        shown = soup.select("section[aria-labelledby=sources] li")
        assert len(shown) == len(found.sources) > 0, slug
        for item, source in zip(shown, found.sources, strict=True):
            assert source.title in item.get_text()
            assert (item.a["href"] if item.a else None) == source.url
        others = [a["href"] for a in soup.select(".kb-related h3 a")]
        assert len(set(others) - {f"/case-studies/{slug}"}) == len(others) == 3, slug
        assert [h2["id"] for h2 in soup.select(".kb-prose h2")] == [section.anchor for section in found.sections]


def test_the_page_of_a_known_case_study(page):
    soup = page("/case-studies/acute-unit-physical-health-booklet")
    glance = {row.dt.get_text(): row.dd.get_text(" ", strip=True) for row in soup.select(".kb-glance__list div")}
    assert glance["How it went"] == "Mixed results"
    assert glance["Partners"] == "Acute mental health unit (provider not named)"
    assert glance["For whom"] == "Patients admitted to an acute mental health unit"
    assert glance["Who was involved"] == "Front-line staff, Service users, Quality improvement experts"
    assert [td.get_text() for td in soup.select("table.kb-figures tbody tr")[0].find_all("td")] == ["81.3%", "96.9%"]
    assert soup.select_one(".kb-signpost a")["href"] == "#sources"
    assert "gives figures for four measures" in soup.select_one(".kb-signpost").get_text()
    contents = [a["href"] for a in soup.select("#contents a")]
    assert contents[:2] == ["#at-a-glance", "#figures"]
    assert contents[-1] == "#sources"
    assert "Reference 020." in soup.get_text()
    assert "http://testserver/case-studies/acute-unit-physical-health-booklet" in soup.select_one(".kb-cite").get_text()


def test_what_the_form_asks_for_is_shown(site, checked):
    fields = {
        "title": "Fewer falls", "population": "Older adults", "not_reached": "People who stayed one night", "interests": "None", "approval": "None was needed",
        "involvement": {"level": "co-designed", "people": ["Carers", "Service users"]}, "contact": {"role": "Falls team", "email": "falls@example.nhs.uk"},
    }  # fmt: skip
    alone = {"title": "Fewer falls again", "involvement": {"level": "none"}}
    told = {"title": "Fewer falls once more", "involvement": {"level": "consulted"}}
    made = site({"full": fields, "alone": alone, "told": told})

    def glance(slug):
        rows = checked(made.get(f"/case-studies/{slug}")).select(".kb-glance__list div")
        return {row.dt.get_text(): row.dd.get_text(" ", strip=True) for row in rows}

    shown = glance("full")
    assert shown["Whom it did not reach"] == "People who stayed one night"
    assert shown["Who was involved"] == "Carers, Service users (co-designed)"
    assert list(shown)[-3:] == ["Contact", "Interests", "Approval"]
    assert (shown["Interests"], shown["Approval"]) == ("None", "None was needed")
    assert glance("alone")["Who was involved"] == "Nobody who uses the service"
    assert glance("told")["Who was involved"] == "Consulted"
    assert "Interests" not in glance("alone")


def test_a_description_for_machines_is_the_summary(page, index):
    soup = page("/case-studies/acute-unit-physical-health-booklet")
    assert (
        soup.find("meta", attrs={"name": "description"})["content"]
        == index.case_study("acute-unit-physical-health-booklet").summary
    )


def test_related_work_says_what_it_has_in_common(page):
    related = page("/case-studies/acute-unit-physical-health-booklet").select(".kb-related li")
    reasons = [item.select_one("p.kb-quiet").get_text() for item in related]
    assert len(reasons) == 3
    one = "same (topics?|setting|method|organisation): .+"
    assert all(re.fullmatch(f"{one}(; {one})*|Close in meaning", reason, re.I) for reason in reasons), reasons
    assert any("topic: physical health in severe mental illness" in reason for reason in reasons), reasons


def test_an_unknown_case_study_says_what_to_do(page):
    soup = page("/case-studies/nothing-of-the-kind", 404)
    assert "There is no case study 'nothing-of-the-kind'." in soup.get_text()
    assert soup.select_one("form.kb-search #q")


def test_whatever_an_author_types_is_shown_as_text(site, checked):
    fields = {
        "title": f"Fewer falls {EVIL}", "summary": f"They fell less {EVIL}", "population": EVIL, "not_reached": EVIL, "interests": EVIL, "approval": EVIL, "when": EVIL, "editors_note": EVIL, "source_licence": EVIL,
        "partners": [EVIL], "organisations": ["'\"><img src=x onerror=alert(1)>"], "topics": ["evil"], "verdict": "improved",
        "measures": [{"name": EVIL, "baseline": EVIL, "result": EVIL, "unit": EVIL, "note": EVIL, "period": EVIL}],
        "sources": [{"title": EVIL, "publisher": EVIL, "url": "https://example.org/\"onmouseover=alert(1)"}],
        "involvement": {"people": [EVIL]}, "contact": {"role": EVIL, "email": "a\"onclick=1@b.c"},
        "body": f"## Problem {EVIL}\n\nFalls. {EVIL} <img src=x onerror=alert(1)> [press](javascript:alert(1)) <a href='javascript:alert(1)'>or</a>\n\n<style>p {{}}</style>\n",
    }  # fmt: skip
    topics = {
        "topics": {
            "label": "Topics",
            "concepts": [{"id": "evil", "label": EVIL, "definition": EVIL, "alt_labels": [EVIL]}],
        }
    }
    made = site({"evil": fields, "other": {"title": "Falls on another ward"}}, topics)
    soup = checked(made.get("/case-studies/evil"))
    assert soup.h1.get_text() == f"Fewer falls {EVIL}"
    assert soup.select_one("table.kb-figures th[scope=row]").get_text().startswith(EVIL)
    assert soup.select_one("section[aria-labelledby=sources] li").get_text().startswith(f"{EVIL}, {EVIL}")
    assert soup.get_text().count(EVIL) >= 10
    for address in (
        "/",
        "/topics",
        "/topics/evil",
        "/search",
        f"/search?q={EVIL}",
        f"/search?q=falls+{EVIL}&topic=evil",
        "/case-studies/other",
    ):
        soup = checked(made.get(address))
        assert (
            EVIL in soup.get_text() + soup.select_one("input[name=q]")["value"] if "q" in address else soup.get_text()
        ), address
        assert not soup.find("img", src="x")


def test_a_link_of_the_vocabulary_that_leads_nowhere_safe_is_no_link(site, checked):
    body = {"id": "ABC", "name": "A trust", "website": "javascript:alert(1)"}
    group = {"id": "group", "name": "A group", "website": "javascript:alert(1)", "lead": "ABC", "members": ["ABC"]}
    made = site(
        {"a": {"title": "Fewer falls", "organisations": ["ABC"]}},
        {"organisations": {"organisations": [body]}, "collaboratives": {"collaboratives": [group]}},
    )
    for address in ("/organisations/ABC", "/collaboratives/group", "/case-studies/a"):
        assert "A trust" in checked(made.get(address)).get_text()


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"kind": "case-study", "organisations": ["ABC"]}, "A trust. Fewer falls (2026). The Exchange."),
        (
            {"partners": ["Mind"], "title": "Why falls?"},
            "Why falls? (2026). Summary of published work by Mind. The Exchange.",
        ),
        ({}, "Fewer falls (2026). Summary of published work. The Exchange."),
    ],
)
def test_how_to_cite(site, fields, shown):
    bodies = {"organisations": {"organisations": [{"id": "ABC", "name": "A trust"}]}}
    fields = {
        "title": "Fewer falls",
        "kind": "signpost",
        "sources": [{"title": "A report"}],
        "published": "2026-01-02",
        **fields,
    }
    soup = BeautifulSoup(
        site({"a": fields}, bodies, service_name="The Exchange").get("/case-studies/a").text, "html.parser"
    )
    assert soup.select_one(".kb-cite").find(string=True).strip() == shown


PNG = b"\x89PNG\r\n\x1a\n and the rest"


def test_pictures_and_tables_beside_a_case_study_are_shown_and_served(site, checked, tmp_path):
    body = "## Results\n\n![Falls by month](chart.png)\n\n[The table](falls.csv), [others](https://example.org/a.csv)\n"
    made = site(
        {"falls": {"title": "Fewer falls", "data": [{"file": "falls.csv", "title": "Falls a month"}], "body": body}}
    )
    beside = tmp_path / "content" / "case_studies" / "falls"
    beside.mkdir()
    (beside / "chart.png").write_bytes(PNG)
    (beside / "falls.csv").write_text("month,falls\n2026-01,11\n")
    soup = checked(made.get("/case-studies/falls"))
    assert soup.select_one(".kb-prose img")["src"] == "/case-studies/falls/files/chart.png"
    links = [a["href"] for a in soup.select(".kb-prose a") if "like" not in a["href"]]
    assert links == ["/case-studies/falls/files/falls.csv", "https://example.org/a.csv"]
    assert soup.select_one("section[aria-labelledby=data_files] a")["href"] == "/case-studies/falls/files/falls.csv"
    assert "#data_files" in [a["href"] for a in soup.select("#contents a")]

    picture = made.get("/case-studies/falls/files/chart.png")
    assert (picture.status_code, picture.content, picture.headers["content-type"]) == (200, PNG, "image/png")
    assert picture.headers["x-content-type-options"] == "nosniff"
    assert picture.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    again = made.get("/case-studies/falls/files/chart.png", headers={"If-None-Match": picture.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    table = made.get("/case-studies/falls/files/falls.csv")
    assert table.headers["content-disposition"] == 'attachment; filename="falls.csv"'
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.headers["content-security-policy"] == picture.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "falls/files/gone.png", "falls/files/falls.md", "falls/files/..%2Ffalls.md", "falls/files/%2e%2e%2ffalls.md", "falls/files/con.png",
        "..%2F/files/chart.png", "FALLS/files/chart.png", "falls/files/page.html", "falls/files/link.png", "falls/files/%00.png", "none/files/a.csv",
    ],
)  # fmt: skip
def test_nothing_else_is_served_from_beside_a_case_study(site, checked, tmp_path, path):
    made = site({"falls": {"title": "Fewer falls"}})
    beside = tmp_path / "content" / "case_studies" / "falls"
    beside.mkdir()
    (beside / "page.html").write_text("<script>alert(1)</script>")
    (tmp_path / "secret.png").write_bytes(PNG)
    (beside / "link.png").symlink_to(tmp_path / "secret.png")
    checked(made.get(f"/case-studies/{path}"), 404)


def test_only_bare_names_of_files_are_led_into_the_folder():
    given = (
        '<p><img src="a.png" alt="b &gt; c"><img alt="x > y" src="b.webp"><a title="src=" href="c.csv">c</a>'
        '<a href="#d.csv">d</a><a href="e.html">e</a><a href="/f.csv">f</a><img src="https://h.example/g.png"></p>'
    )
    made = with_files(given, "/drafts/x/files/")
    soup = BeautifulSoup(made, "html.parser")
    assert [element.get("src") or element.get("href") for element in soup.find_all(["img", "a"])] == [
        "/drafts/x/files/a.png", "/drafts/x/files/b.webp", "/drafts/x/files/c.csv", "#d.csv", "e.html", "/f.csv", "https://h.example/g.png",
    ]  # fmt: skip
    assert made.replace("/drafts/x/files/", "") == given
