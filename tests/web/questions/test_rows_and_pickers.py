"""Measures as rows, and choosing from the vocabulary, without scripts."""

from tests.web.questions.forms import ANSWERS, boxes, filled, form, start, stored


def test_measures_are_added_and_removed_without_scripts(reader, client, checked, draft):
    here = f"{draft}/questions/measures"
    sent = client.post(here, data=filled(checked(client.get(here)), "add:measures", **ANSWERS["measures"]))
    assert sent.headers["location"] == f"{here}?rows=2#measures-1-name"
    two = checked(client.get(sent.headers["location"]))
    assert [legend.text for legend in two.select(".kb-row > legend")] == ["Measure 1", "Measure 2"]
    assert dict(form(two))["measures-0-note"] == "Counted\nby hand"
    sent = client.post(
        here, data=filled(two, "add:measures", measures_1_name="Observation", measures_1_kind="balancing")
    )
    assert sent.headers["location"] == f"{here}?rows=3#measures-2-name"
    three = checked(client.get(sent.headers["location"]))
    sent = client.post(here, data=filled(three, "remove:measures:0", measures_2_name="Near misses"))
    assert sent.headers["location"] == f"{here}?rows=2#measures-add"
    names = [measure["name"] for measure in stored(reader, draft, "measures")[0]["measures"]]
    assert names == ["Observation", "Near misses"]
    # An error in a row keeps the empty ones beside it.
    page = checked(client.get(f"{here}?rows=4"))
    wrong = checked(client.post(here, data=filled(page, measures_2_baseline="5")), 422)
    assert len(wrong.select(".kb-row")) == 4
    assert [a["href"] for a in wrong.select(".nhsuk-error-summary a")] == ["#measures-2-name"]
    assert wrong.title.text.startswith("Error: ")


def test_there_are_at_most_twenty_rows(reader, client, writer, checked):
    full = {"measures": {"measures": [{"name": f"Measure {number}"} for number in range(20)]}}
    here = f"/drafts/{start(reader, writer, full)}/questions/measures"
    page = checked(client.get(f"{here}?rows=99"))
    assert len(page.select(".kb-row")) == 20
    assert page.select_one("button[value='add:measures']") is None
    assert client.post(here, data=filled(page, "add:measures")).headers["location"].startswith(f"{here}?rows=20#")
    assert len(checked(client.get(f"{here}?rows=-1")).select(".kb-row")) == 20


def test_more_rows_than_that_from_a_file_are_kept(reader, client, writer, checked):
    full = {"measures": {"measures": [{"name": f"Measure {number}"} for number in range(25)]}}
    address = f"/drafts/{start(reader, writer, full)}"
    page = checked(client.get(f"{address}/questions/measures"))
    assert client.post(f"{address}/questions/measures", data=filled(page, "stay")).status_code == 303
    assert len(stored(reader, address, "measures")[0]["measures"]) == 25


def test_an_organisation_is_found_and_chosen_without_scripts(reader, client, checked, draft):
    here = f"{draft}/questions/who-did-it"
    page = checked(client.get(here))
    assert boxes(page, "organisations") == ["RWK"]  # whose draft it is, to tick
    sent = client.post(here, data=filled(page, "find:organisations", find_organisations="lypft", partners="A charity"))
    assert sent.headers["location"] == f"{here}?find=organisations&q=lypft#organisations"
    found = checked(client.get(sent.headers["location"]))
    assert boxes(found, "organisations", ticked=False) == ["RGD"]
    assert "1 found for \u201clypft\u201d" in found.select_one("[data-count]").text
    assert dict(form(found))["partners"] == "A charity"
    sent = client.post(here, data=filled(found, "find:organisations", organisations=["RGD"], find_organisations="awp"))
    more = checked(client.get(sent.headers["location"]))
    assert (boxes(more, "organisations", True), boxes(more, "organisations", False)) == (["RGD"], ["RVN"])
    client.post(here, data=filled(more, "stay", organisations=["RVN"]))  # one was ticked, the other unticked
    assert stored(reader, draft, "who-did-it")[0] == {"organisations": ["RVN"], "partners": ["A charity"]}


def test_enter_in_the_search_finds_and_does_not_leave_the_page(client, checked, draft):
    """Enter presses the first button of a form, which is the one that goes on."""
    here = f"{draft}/questions/who-did-it"
    page = checked(client.get(here))
    first = page.select_one("form.kb-form button")
    assert (first["value"], first["tabindex"]) == ("continue", "-1")
    sent = client.post(here, data=filled(page, find_organisations="no such body"))
    assert sent.headers["location"].startswith(f"{here}?find=organisations")
    found = checked(client.get(sent.headers["location"]))
    assert "Nothing new found" in found.text
    assert "Anybody else" in found.select_one("[data-count]").text
    assert client.post(here, data=filled(found)).headers["location"] == f"{draft}/questions/where"  # looked for already


def test_the_main_topic_is_moved_to_the_front(reader, client, writer, checked):
    address = f"/drafts/{start(reader, writer, {'topics-and-methods': {'topics': ['missed-appointments', 'restrictive-practice']}})}"
    here = f"{address}/questions/topics-and-methods"
    page = checked(client.get(here))
    assert "Main topic" in page.select_one("label[for=topics-chosen-1]").text
    assert client.post(here, data=filled(page, "first:topics:restrictive-practice")).status_code == 303
    assert stored(reader, address, "topics-and-methods")[0]["topics"] == ["restrictive-practice", "missed-appointments"]
    assert boxes(checked(client.get(here)), "topics", True) == ["restrictive-practice", "missed-appointments"]


def test_what_is_not_in_the_vocabulary_is_kept_and_told(reader, client, checked, draft):
    for question, name in (("who-did-it", "organisations"), ("where", "settings")):
        here = f"{draft}/questions/{question}"
        sent = client.post(here, data=filled(checked(client.get(here)), **{name: ["no-such-thing"]}))
        wrong = checked(sent, 422)
        assert boxes(wrong, name, ticked=True) == ["no-such-thing"]
        assert "no-such-thing is not in our list" in wrong.select_one(".nhsuk-error-summary").text
        assert stored(reader, draft, question)[0][name] == ["no-such-thing"]
