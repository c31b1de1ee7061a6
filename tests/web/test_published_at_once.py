"""What is published, moved or withdrawn is so for readers within seconds, on a running site that is not started again."""

import time

import pytest

SLUG = "safer-nights-on-an-older-peoples-ward"
RUNNING = pytest.mark.parametrize("publishing_site", [{"follow": True}], indirect=True)


def within_a_minute(condition):
    until = time.monotonic() + 60
    while not (found := condition()) and time.monotonic() < until:
        time.sleep(0.2)
    return found


@RUNNING
def test_published_moved_and_withdrawn_without_a_restart(publishing_site):
    site = publishing_site
    with site.client as reader:
        editor = site.by(site.editor)

        def found(words):
            hits = reader.get("/api/v1/search", params={"q": words}).json()["hits"]
            return [hit["slug"] for hit in hits]

        id_ = site.draft(to="in-review")
        assert SLUG not in found("what people get up for at night")
        began = time.monotonic()
        assert editor.post(f"/reviews/{id_}/approve-and-publish").status_code == 303
        assert within_a_minute(lambda: SLUG in found("what people get up for at night"))
        print(f"found after {time.monotonic() - began:.1f} seconds")
        assert reader.get(f"/case-studies/{SLUG}").status_code == 200

        text = (site.content.case_studies / f"{SLUG}.md").read_text("utf-8")
        again = site.draft(text, base=SLUG, to="in-review")
        assert editor.post(f"/reviews/{again}/settings", data={"slug": "safer-nights"}).status_code == 303
        assert editor.post(f"/reviews/{again}/approve-and-publish").status_code == 303
        assert within_a_minute(lambda: reader.get(f"/case-studies/{SLUG}").status_code == 308)
        assert reader.get(f"/case-studies/{SLUG}").headers["location"] == "/case-studies/safer-nights"
        assert reader.get("/case-studies/safer-nights").status_code == 200
        assert "safer-nights" in found("what people get up for at night")

        reason = {"reason": "The figures were wrong."}
        assert editor.post("/case-studies/safer-nights/withdraw", data=reason).status_code == 303
        gone = reader.get("/case-studies/safer-nights")
        assert (gone.status_code, "The figures were wrong." in gone.text) == (410, True)
        assert within_a_minute(lambda: "safer-nights" not in found("what people get up for at night"))
        assert reader.get(f"/case-studies/{SLUG}", follow_redirects=True).status_code == 410


@RUNNING
def test_what_a_crash_left_and_what_is_due_is_published_by_the_running_site(publishing_site, monkeypatch):
    import datetime

    from kb.content.repository import Repository
    from kb.editorial.models import Draft, Publication
    from kb.web import background

    site = publishing_site
    killed, due = site.draft(to="approved"), site.draft(to="approved")
    day = datetime.datetime.now(datetime.UTC).date()
    with site.publisher.database.writing() as session:
        session.get(Draft, due).slug = "on-its-day"
        session.get(Draft, due).publish_on = day + datetime.timedelta(days=1)

    def dies(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Repository, "commit", dies)
        with pytest.raises(KeyboardInterrupt):
            site.publisher.publish(site.editor, killed, site.words, day)
    assert site.publisher.publish(site.editor, due, site.words, day).on
    with site.publisher.database.writing() as session:
        session.get(Draft, due).publish_on = day
        begun = session.query(Publication).one()
        begun.started_at -= datetime.timedelta(minutes=2)
    monkeypatch.setattr(background.Background.__init__, "__defaults__", (0.2, 0.1))
    with site.client as reader:
        assert within_a_minute(lambda: [site.row(id_).state for id_ in (killed, due)] == ["published", "published"])
        for slug in (SLUG, "on-its-day"):
            assert within_a_minute(lambda slug=slug: reader.get(f"/case-studies/{slug}").status_code == 200)
    assert site.publisher.unfinished() == []
    assert sorted(site.git("log", "--format=%s").splitlines()) == ["Begin", "Publish on-its-day", f"Publish {SLUG}"]
