"""Importing a noun never loads the heavy libraries: commands that need none answer at once, and so does the site."""

import subprocess
import sys

import pytest

HEAVY = (
    "torch", "sentence_transformers", "transformers", "faiss", "scipy", "ir_measures", "mammoth",
    "onnxruntime", "onnx", "tokenizers", "sqlalchemy", "alembic", "authlib", "zxcvbn", "pwdlib", "lxml", "PIL", "markdownify",
)  # fmt: skip
READ = """
from starlette.testclient import TestClient
from kb.settings import Settings
from kb.web.app import create_app
client = TestClient(create_app(Settings(index="no-index", database_url="sqlite:///no/such/file")))
assert [client.get(path).status_code for path in ("/cookies", "/sign-in", "/search?q=falls")] == [200, 200, 503]
"""
LOADED = f"import sys; print([name for name in {HEAVY} if name in sys.modules])"


@pytest.mark.parametrize(
    "script",
    [
        "import kb.web.app",
        "from kb.settings import Settings; from kb.web.app import create_app; create_app(Settings())",
        "from kb.search.embedders import SentenceTransformerEmbedder; SentenceTransformerEmbedder().id",
        "import kb.content.documents; kb.content.documents.read(b'Falls', 'falls.txt')",
        "import kb.search.builder, kb.search.searcher, kb.search.evaluation, kb.search.follower",
        "import sys; sys.argv = ['kb', '--help']; from kb.cli import app; app(standalone_mode=False)",
        "import sys; sys.argv = ['kb', 'schema']; from kb.cli import app; app(standalone_mode=False)",
        READ,
    ],
)
def test_no_heavy_library_is_loaded(script):
    done = subprocess.run([sys.executable, "-c", f"{script}\n{LOADED}"], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_loads_neither_the_site_nor_search():
    script = "import sys; sys.argv = ['kb', '--help']; from kb.cli import app; app(standalone_mode=False)"
    ours = "print([name for name in ('numpy', 'tantivy', 'fastapi', 'uvicorn', 'pydantic') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", f"{script}\n{ours}"], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
