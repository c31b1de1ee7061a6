import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from kb.errors import SettingsError
from kb.settings import Settings, load


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"KB_{name.upper()}", raising=False)


def test_defaults():
    settings = load()
    assert (settings.content, settings.index, settings.model) == (Path("content"), Path("index"), "")
    assert (settings.host, settings.port, settings.follow) == ("127.0.0.1", 8000, True)
    assert settings.service_name == "Improvement Exchange"
    assert (settings.search_log, settings.search_log_days) == ("data/searches.sqlite", 365)


def test_a_flag_goes_before_a_variable_and_a_variable_before_the_default(monkeypatch):
    monkeypatch.setenv("KB_PORT", "9000")
    monkeypatch.setenv("KB_CONTENT", "/elsewhere")
    monkeypatch.setenv("KB_NOTHING_OF_OURS", "x")
    assert load().port == 9000
    assert load(port=9001, content=None).port == 9001
    assert load(port=9001, content=None).content == Path("/elsewhere")


@pytest.mark.parametrize(
    ("name", "value"),
    [("port", "0"), ("port", "65536"), ("port", "eighty"), ("follow", "perhaps"), ("service_name", ""), ("service_name", "x" * 61)],
)  # fmt: skip
def test_a_value_that_cannot_work_is_a_sentence_that_names_the_variable(monkeypatch, name, value):
    monkeypatch.setenv(f"KB_{name.upper()}", value)
    with pytest.raises(SettingsError, match=f"The setting {name} cannot be '{value}'") as caught:
        load()
    assert f"KB_{name.upper()}" in caught.value.cure


def test_a_flag_that_cannot_work_is_the_same_sentence():
    with pytest.raises(SettingsError, match="--port"):
        load(port=0)


def test_the_log_of_searches_is_never_inside_the_index(tmp_path):
    for inside in (
        tmp_path / "index" / "s.sqlite",
        tmp_path / "index",
        tmp_path / "other" / ".." / "index" / "s.sqlite",
    ):
        with pytest.raises(SettingsError, match="inside the index"):
            load(index=tmp_path / "index", search_log=str(inside))
    assert load(index=tmp_path / "index", search_log=str(tmp_path / "indexes.sqlite")).search_log
    assert load(index=tmp_path, search_log="").search_log == ""


def test_settings_do_not_change():
    settings = load()
    with pytest.raises(ValidationError):
        settings.port = 1


def test_every_setting_says_what_it_is_for():
    assert [name for name, field in Settings.model_fields.items() if not (field.description or "").endswith(".")] == []


def test_nothing_is_read_when_the_module_is_imported():
    script = "import os; os.environ['KB_PORT'] = 'broken'; import kb.settings, kb.cli, kb.web.app"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
