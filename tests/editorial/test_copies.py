"""A draft from a case study that is published: whose it is, everything it says, and what lies beside it."""

import io

import pytest
from PIL import Image

from kb.content.case_study import CaseStudy, Data
from kb.content.vocabulary import Collaborative, Organisation, Vocabulary
from kb.editorial import copies, drafts
from kb.errors import DocumentUnreadable, NotAllowed

WORDS = Vocabulary(
    organisations={"RWK": Organisation("RWK", "East Trust"), "RXX": Organisation("RXX", "West Trust")},
    collaboratives={"impact": Collaborative("impact", "Impact", members=("RWK",))},
)
FOUND = CaseStudy(
    title="Fewer falls", organisations=("RWK", "RXX"), data=(Data(file="falls.csv", title="Falls by week"),),
    body="## Results\n\nFewer.\n\n![Falls went down](Chart_1.jpg)\n\n[The same](Chart_1.jpg)\n",
)  # fmt: skip
TABLE = b"week,falls\n1,3\n"


def jpeg():
    made = io.BytesIO()
    Image.effect_noise((64, 48), 80).convert("RGB").save(made, "JPEG", quality=95)
    return made.getvalue()


@pytest.fixture
def start(database):
    """`start(actor, found, files)`: the new draft, opened."""

    def make(actor, found=FOUND, files=None):
        home, ready = copies.home(found, actor, WORDS), copies.ready(database, found, files or {})
        with database.writing() as session:
            id_ = copies.start(session, actor, found, home, WORDS, ("fewer-falls", found.dump()), ready)
        with database.reading() as session:
            return drafts.open_(session, actor, id_, WORDS)

    return make


@pytest.mark.parametrize(
    ("grant", "home"),
    [
        ("contributor@organisation:RXX", "organisation:RXX"),
        ("contributor", "organisation:RWK"),
        ("editor@collaborative:impact", "collaborative:impact"),
    ],
)
def test_it_belongs_to_the_first_of_those_who_did_the_work_that_one_writes_for(person, grant, home):
    assert copies.home(FOUND, person(grant), WORDS) == home


def test_work_of_nobody_we_know_belongs_to_whoever_copies_it(person):
    found = CaseStudy(title="By a charity", partners=("A charity",))
    assert copies.home(found, person("contributor@organisation:RXX"), WORDS) == "organisation:RXX"


def test_others_cannot_copy_it(person):
    with pytest.raises(NotAllowed):
        copies.home(FOUND, person("editor@organisation:OTHER"), WORDS)


def test_everything_it_says_comes_along(person, start):
    opened = start(person("contributor"))
    assert CaseStudy.parse(opened.text()) == FOUND
    assert (opened.row.base_slug, opened.row.base_text) == ("fewer-falls", FOUND.dump())


def test_files_come_along_cleaned_under_safe_names_and_unnamed_ones_do_not(person, start):
    opened = start(person("contributor"), files={"Chart_1.jpg": jpeg(), "falls.csv": TABLE, "other.csv": TABLE})
    assert [(file.name, file.kind, file.alt) for file in opened.files] == [
        ("chart-1.jpg", "jpeg", "Falls went down"), ("falls.csv", "csv", "Falls by week"),
    ]  # fmt: skip
    found = CaseStudy.parse(opened.text())
    assert found.body.count("(chart-1.jpg)") == 2
    assert found.data == FOUND.data


def test_a_picture_that_was_cleaned_here_comes_along_as_it_is(person, start, database):
    first = start(person("contributor"), files={"Chart_1.jpg": jpeg()})
    with database.reading() as session:
        kept = copies.attachments.read(session, first.row.id, "chart-1.jpg")[1]
    second = start(person("contributor"), CaseStudy.parse(first.text()), {"chart-1.jpg": kept})
    with database.reading() as session:
        assert copies.attachments.read(session, second.row.id, "chart-1.jpg") == ("jpeg", kept)


def test_what_is_no_picture_is_refused(person, start):
    with pytest.raises(DocumentUnreadable):
        start(person("contributor"), files={"Chart_1.jpg": b"no picture"})


def test_what_lies_beside_a_published_case_study(publisher):
    assert copies.beside(publisher.folder, "fewer-falls") == {}
    place = publisher.folder.case_studies / "fewer-falls"
    place.mkdir()
    place.joinpath("falls.csv").write_bytes(TABLE)
    place.joinpath("notes.txt").write_bytes(b"For us alone.")
    assert copies.beside(publisher.folder, "fewer-falls") == {"falls.csv": TABLE}


@pytest.mark.parametrize(
    ("grant", "may"),
    [
        ("contributor@organisation:RWK", True), ("contributor@collaborative:impact", True), ("contributor", True),
        ("editor@organisation:RXX", False), ("editor@collaborative:other", False),
    ],
)  # fmt: skip
def test_whoever_writes_for_one_of_those_who_did_it_may_write_a_new_version(person, grant, may):
    found = CaseStudy(title="Fewer falls", organisations=("RWK",))
    assert copies.may(found, person(grant), WORDS) is may
    nobodys = CaseStudy(title="A summary", kind="signpost")
    assert copies.may(nobodys, person(grant), WORDS) is (grant == "contributor")
