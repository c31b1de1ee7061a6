"""Two windows or two people at one answer: what each has changed is kept, or both are shown."""

from tests.web.questions.forms import boxes, filled, form, stored


def test_two_windows_that_change_different_things_keep_both(reader, client, colleague, checked, draft):
    here = f"{draft}/questions/what-you-improved"
    mine, theirs = checked(client.get(here)), checked(colleague.get(here))
    assert colleague.post(here, data=filled(theirs, "stay", summary="Falls fell.")).status_code == 303
    assert client.post(here, data=filled(mine, "stay", title="Fewer falls")).status_code == 303
    assert stored(reader, draft, "what-you-improved") == ({"title": "Fewer falls", "summary": "Falls fell."}, 2)
    again = checked(client.get(here))
    assert "by you" in again.select_one("[data-status]").text
    assert "by Wanda Writer" in checked(colleague.get(here)).select_one("[data-status]").text


def test_two_windows_that_change_the_same_see_both_and_nothing_is_lost(reader, client, colleague, checked, draft):
    here = f"{draft}/questions/what-you-improved"
    mine, theirs = checked(client.get(here)), checked(colleague.get(here))
    colleague.post(here, data=filled(theirs, "stay", title="Safer nights", summary="Falls fell."))
    both = checked(client.post(here, data=filled(mine, title="Fewer falls")), 409)
    assert stored(reader, draft, "what-you-improved") == ({"title": "Safer nights", "summary": "Falls fell."}, 1)
    told = both.select(".kb-theirs")
    assert len(told) == 1  # only the title differs: the summary was taken
    assert "Saved meanwhile by Colin Colleague" in told[0].text
    assert "Safer nights" in told[0].text
    assert dict(form(both))["title"] == "Fewer falls"
    assert dict(form(both))["summary"] == "Falls fell."
    assert "nothing is lost" in both.select_one(".nhsuk-error-summary").text.lower()
    # Saving again keeps mine; the other button theirs.
    keep, take = filled(both, "stay"), filled(both, "theirs:title")
    assert client.post(here, data=take).headers["location"] == f"{here}#title"
    assert stored(reader, draft, "what-you-improved")[0] == {"title": "Safer nights", "summary": "Falls fell."}
    assert client.post(here, data=keep).status_code == 303
    assert stored(reader, draft, "what-you-improved") == ({"title": "Fewer falls", "summary": "Falls fell."}, 2)
    # A third save meanwhile is a conflict again.
    colleague.post(here, data=filled(checked(colleague.get(here)), "stay", title="Third title"))
    assert client.post(here, data=keep).status_code == 409


def test_choices_and_rows_of_two_windows_are_shown_in_words(client, colleague, checked, draft):
    here = f"{draft}/questions/topics-and-methods"
    mine, theirs = checked(client.get(here)), checked(colleague.get(here))
    colleague.post(here, data=filled(theirs, "stay", topics=["missed-appointments"]))
    both = checked(client.post(here, data=filled(mine, topics=["restrictive-practice"])), 409)
    assert "Missed appointments" in both.select_one(".kb-theirs").text
    assert boxes(both, "topics", True) == ["restrictive-practice"]
    here = f"{draft}/questions/measures"
    mine, theirs = checked(client.get(here)), checked(colleague.get(here))
    colleague.post(here, data=filled(theirs, "stay", measures_0_name="Falls", measures_0_baseline="11"))
    both = checked(client.post(here, data=filled(mine, measures_0_name="Near misses")), 409)
    assert "What was measured: Falls; Before: 11" in both.select_one(".kb-theirs").text


def test_a_form_that_only_knows_the_count_of_saves_overwrites_nothing(reader, client, draft):
    here = f"{draft}/questions/aim"
    assert client.post(here, data={"text-aim": "First.", "revision": "0", "do": "stay"}).status_code == 303
    assert client.post(here, data={"text-aim": "Second.", "revision": "0", "do": "stay"}).status_code == 409
    assert client.post(here, data={"text-aim": "Second.", "revision": "x", "do": "stay"}).status_code == 409
    assert client.post(here, data={"text-aim": "Second.", "revision": "1", "do": "stay"}).status_code == 303
    assert stored(reader, draft, "aim") == ({"Aim": "Second."}, 2)
