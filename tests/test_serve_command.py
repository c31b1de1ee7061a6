"""kb serve: who may say where a request comes from, and what is said at the start."""

import socket

import pytest
import uvicorn

from kb import serve_command
from kb.errors import ContentError
from kb.settings import Settings


@pytest.fixture
def started(monkeypatch):
    """The configuration of the server that was started last."""
    configs = []
    monkeypatch.setattr(
        uvicorn.Server, "run", lambda self, sockets: configs.append(self.config) or [s.close() for s in sockets]
    )
    return configs


@pytest.fixture
def port():
    """A port that nobody has at the moment: other workers start servers, too."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@pytest.fixture
def chosen(tmp_path, port):
    (tmp_path / "content" / "case_studies").mkdir(parents=True)

    def make(**settings):
        return Settings(
            content=tmp_path / "content", index=tmp_path / "index", port=port, follow=False,
            database_url=f"sqlite:///{tmp_path}/data/exchange.sqlite", **settings,
        )  # fmt: skip

    return make


@pytest.mark.parametrize(
    ("trusted", "peer", "client"),
    [
        ("", "127.0.0.1", "127.0.0.1"), ("", "198.51.100.1", "198.51.100.1"),
        ("198.51.100.1", "198.51.100.1", "203.0.113.9"), ("198.51.100.1, 10.0.0.0/8", "10.1.2.3", "203.0.113.9"),
        ("198.51.100.1", "198.51.100.2", "198.51.100.2"), ("198.51.100.1", "127.0.0.1", "127.0.0.1"),
    ],
)  # fmt: skip
def test_only_a_trusted_proxy_may_say_who_asks(started, chosen, trusted, peer, client):
    """By default nobody is believed: limits count by that address, and anybody could write one."""
    import asyncio

    serve_command.run(chosen(trusted_proxies=trusted))
    config = started[-1]
    seen = []

    async def app(scope, receive, send):  # noqa: ARG001 - the form of an app
        seen.append(scope["client"][0])

    config.app = app
    config.load()
    scope = {
        "type": "http", "client": (peer, 1), "scheme": "http", "method": "GET", "path": "/", "query_string": b"", "http_version": "1.1",
        "headers": [(b"x-forwarded-for", b"6.6.6.6, 203.0.113.9"), (b"x-forwarded-proto", b"https")], "asgi": {"version": "3.0"},
    }  # fmt: skip
    asyncio.run(config.loaded_app(scope, None, None))
    assert seen == [client]


def test_what_is_said_at_the_start(started, chosen, port, capsys):
    serve_command.run(chosen())
    out = capsys.readouterr().out
    assert out.splitlines()[0] == f"Improvement Exchange at http://127.0.0.1:{port} (press Ctrl+C to stop)"
    assert "kb users add EMAIL --name NAME --role admin" in out
    assert started


def test_with_nothing_to_serve_nothing_is_started(started, tmp_path):
    with pytest.raises(ContentError):
        serve_command.run(Settings(content=tmp_path / "none", index=tmp_path / "index"))
    assert started == []
