"""How often the patient-identifier check is right on labelled sentences: recall and precision, each at least 0.95."""

from pathlib import Path

import pytest

from kb.content.patient_identifiers import find

SETS = Path(__file__).resolve().parents[1] / "identifiers"


@pytest.mark.parametrize(
    "name",
    ["development", "held_out", "unseen", "unseen_2", "unseen_3", "unseen_4", "unseen_5", "unseen_6", "unseen_7"],
)
def test_recall_and_precision(name):
    rows = [line.split("\t") for line in (SETS / f"{name}.tsv").read_text("utf-8").splitlines()[1:]]
    said = [(label == "with", bool(find(sentence))) for _, label, _, _, sentence in rows]
    assert sum(holds for holds, _ in said) >= 60
    assert sum(not holds for holds, _ in said) >= 120
    right = sum(holds and found for holds, found in said)
    assert right / sum(holds for holds, _ in said) >= 0.95
    assert right / sum(found for _, found in said) >= 0.95
