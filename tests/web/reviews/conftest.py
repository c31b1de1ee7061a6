"""A browser of somebody who edits."""

import pytest


@pytest.fixture
def as_editor(publishing_site):
    return publishing_site.by(publishing_site.editor)
