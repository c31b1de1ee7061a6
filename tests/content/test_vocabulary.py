import pytest

from kb.content.vocabulary import Organisation, Vocabulary

TOPICS = """\
label: Topics
guidance: Choose one.
verified: no
concepts:
- {id: safety, label: Safety, alt_labels: [harm, safer care]}
- {id: falls, label: Falls, parent: safety, verified: yes}
- {id: bed-falls, label: Falls from bed, parent: slips}
- {id: slips, label: Slips, replaced_by: trips}
- {id: trips, label: Trips, replaced_by: falls}
- {id: ring-a, label: A, replaced_by: ring-b}
- {id: ring-b, label: B, replaced_by: ring-a}
- {id: self, label: Own parent, parent: self}
- {id: gone, label: Gone, replaced_by: nowhere}
- {id: 008, label: no}
"""
ORGANISATIONS = """\
organisations:
- {id: RAA, name: Old Trust, short_name: OT, former_names: [Older Trust], successors: [RBB, RCC], closed: 2011-04-01}
- {id: RBB, name: Middle Trust, successors: RCC}
- {id: RCC, name: New Trust, aliases: [NT, New Trust]}
- {id: RX1, name: Ring one, successors: [RX2]}
- {id: RX2, name: Ring two, successors: [RX1]}
- {id: RZZ, name: Lost Trust, successors: [R00], opened: 2020-02-30, aliases: }
"""
COLLABORATIVES = """\
kinds: [{id: alliance, label: Alliance}]
services: [{id: secure, label: Secure}]
collaboratives:
- {id: east, name: East Alliance, lead: RCC, members: [RCC, RBB], other_members: [{name: A charity}], verified: no}
"""
GLOSSARY = """\
terms:
- {term: DNA, expansion: Did not attend, case_sensitive: true}
- {term: MHA, expansion: Mental Health Act, case_sensitive: false}
synonyms:
- {preferred: falls, terms: [slips, trips]}
"""


@pytest.fixture
def vocabulary(folder, put):
    put("vocabulary/topics.yaml", TOPICS)
    put("vocabulary/organisations.yaml", ORGANISATIONS)
    put("vocabulary/collaboratives.yaml", COLLABORATIVES)
    put("vocabulary/glossary.yaml", GLOSSARY)
    loaded = Vocabulary.load(folder.vocabulary)
    assert loaded.findings == ()
    return loaded


@pytest.mark.parametrize(
    ("id_", "found"),
    [
        ("falls", "falls"),
        ("trips", "falls"),
        ("slips", "falls"),
        ("008", "008"),
        ("ring-a", None),
        ("gone", None),
        ("unknown", None),
        ("", None),
    ],
)
def test_an_id_leads_to_what_replaced_it(vocabulary, id_, found):
    concept = vocabulary.schemes["topics"].resolve(id_)
    assert (concept.id if concept else None) == found


@pytest.mark.parametrize(
    ("id_", "path"),
    [
        ("falls", ("safety", "falls")),
        ("bed-falls", ("safety", "falls", "bed-falls")),
        ("self", ("self",)),
        ("ring-a", ()),
        ("unknown", ()),
    ],
)
def test_a_path_leads_down_from_the_top(vocabulary, id_, path):
    assert vocabulary.schemes["topics"].path(id_) == path


def test_children_of_a_replaced_concept_move_to_its_replacement(vocabulary):
    children = {parent: [c.id for c in concepts] for parent, concepts in vocabulary.schemes["topics"].children.items()}
    assert children == {"": ["safety", "008"], "safety": ["falls"], "falls": ["bed-falls"], "self": ["self"]}


@pytest.mark.parametrize(
    ("typed", "found"), [("fals", "falls"), ("Safer care", "safety"), ("bed_falls", "bed-falls"), ("zzzzz", None)]
)
def test_the_nearest_ids_are_offered(vocabulary, typed, found):
    assert next(iter(vocabulary.schemes["topics"].nearest(typed)), None) == found


def test_the_nearest_organisations_and_collaboratives_are_found_by_any_name(vocabulary):
    assert vocabulary.nearest_organisations("older trusd")[0] == "RAA"
    assert vocabulary.nearest_organisations("rcc")[0] == "RCC"
    assert vocabulary.nearest_collaboratives("east aliance") == ["east"]
    assert vocabulary.nearest_collaboratives("zzzzz") == []


@pytest.mark.parametrize(
    ("id_", "today"), [("RCC", ["RCC"]), ("RBB", ["RCC"]), ("RAA", ["RCC"]), ("RZZ", ["RZZ"]), ("R00", []), ("RX1", [])]
)
def test_a_closed_organisation_leads_to_what_it_is_today(vocabulary, id_, today):
    assert [organisation.id for organisation in vocabulary.current(id_)] == today


def test_predecessors_and_memberships(vocabulary):
    assert {id_: [o.id for o in found] for id_, found in vocabulary.predecessors.items()} == {"RCC": ["RAA", "RBB"]}
    assert {id_: [c.id for c in found] for id_, found in vocabulary.memberships.items()} == {
        "RCC": ["east"],
        "RBB": ["east"],
    }


def test_names_are_there_once_the_full_one_first(vocabulary):
    assert vocabulary.organisations["RAA"].names == ("Old Trust", "OT", "Older Trust")
    assert vocabulary.organisations["RCC"].names == ("New Trust", "NT")


def test_values_stay_as_typed_and_no_means_no(vocabulary):
    topics = vocabulary.schemes["topics"]
    assert (topics.label, topics.guidance, topics.verified) == ("Topics", "Choose one.", "no")
    assert (topics.concepts["falls"].verified, topics.concepts["safety"].verified) == (True, False)
    assert topics.concepts["008"].label == "no"
    assert vocabulary.organisations["RZZ"] == Organisation(
        "RZZ", "Lost Trust", successors=("R00",), opened="2020-02-30"
    )
    assert vocabulary.collaboratives["east"].verified == "no"
    assert vocabulary.collaboratives["east"].other_members == ("A charity",)
    assert [term.case_sensitive for term in vocabulary.terms] == [True, False]
    assert vocabulary.synonyms == (("falls", "slips", "trips"),)
    assert (vocabulary.kinds, vocabulary.services) == ({"alliance": "Alliance"}, {"secure": "Secure"})


def test_a_folder_without_vocabulary_gives_an_empty_one(folder):
    loaded = Vocabulary.load(folder.vocabulary)
    assert loaded.findings == ()
    assert loaded.schemes["topics"].label == "Topics"
    assert (loaded.schemes["topics"].concepts, loaded.organisations, loaded.terms) == ({}, {}, ())


@pytest.mark.parametrize(
    ("file", "text", "finding"),
    [
        ("topics", "label: x\nconcepts: a: b\n", (2, "", "vocabulary-yaml")),
        ("topics", "- a", (1, "", "vocabulary-yaml")),
        ("topics", "", (1, "", "vocabulary-yaml")),
        ("topics", "a: b\nc: \x1b", (0, "", "vocabulary-yaml")),
        ("topics", "a:\n- " + "[" * 50_000, (2, "", "vocabulary-yaml")),
        ("topics", b"label: \xff\xfe", (0, "", "not-utf-8")),
        ("topics", "concepts: 5", (0, "number 1", "vocabulary-record")),
        ("topics", "concepts: [a]", (0, "number 1", "vocabulary-record")),
        ("topics", "concepts: [{id: a}]", (0, "a", "vocabulary-record")),
        ("topics", "concepts: [{id: '', label: A}]", (0, "number 1", "vocabulary-record")),
        ("topics", "concepts: [{id: a, label: A}, {id: a, label: B}]", (0, "a", "vocabulary-duplicate")),
        ("organisations", "organisations: [{id: a}]", (0, "a", "vocabulary-record")),
        ("collaboratives", "kinds: [alliance]", (0, "number 1", "vocabulary-record")),
        ("collaboratives", "services: 3", (0, "number 1", "vocabulary-record")),
        ("collaboratives", "collaboratives: [{id: a, name: A, members: [{x: y}]}]", (0, "a", "vocabulary-record")),
        ("glossary", "terms: [{term: DNA}]", (0, "DNA", "vocabulary-record")),
        ("glossary", "synonyms: [falls]", (0, "number 1", "vocabulary-record")),
    ],
)
def test_a_broken_file_or_record_is_a_finding_and_the_rest_works(folder, put, file, text, finding):
    put("vocabulary/settings.yaml", "concepts: [{id: ward, label: Ward}]")
    put(f"vocabulary/{file}.yaml", text)
    loaded = Vocabulary.load(folder.vocabulary)
    assert [(f.file, f.line, f.field, f.code) for f in loaded.findings] == [(f"vocabulary/{file}.yaml", *finding)]
    assert list(loaded.schemes["settings"].concepts) == ["ward"]


def test_a_website_that_is_no_web_address_is_left_out_and_named(tmp_path):
    bodies = [("RAA", "javascript:alert(1)"), ("RBB", "https://b.example"), ("RCC", "")]
    rows = "".join(f"- {{id: {id_}, name: {id_}, website: '{website}'}}\n" for id_, website in bodies)
    tmp_path.joinpath("organisations.yaml").write_text(f"organisations:\n{rows}", "utf-8")
    found = Vocabulary.load(tmp_path)
    assert [body.website for body in found.organisations.values()] == ["", "https://b.example", ""]
    assert [(finding.field, finding.code) for finding in found.findings] == [("RAA", "vocabulary-website")]
