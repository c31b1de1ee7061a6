"""Owns what `kb serve` does: the socket, the log, what is said at the start, the server. Never answers a request itself."""

from typing import TYPE_CHECKING

import typer

from kb import users_command

if TYPE_CHECKING:
    import socket

    from kb.settings import Settings


def run(settings: "Settings") -> None:
    """Serves the site until it is stopped.

    Raises:
        SettingsError: the site cannot listen there.
        ContentError: there is neither content nor an index to serve.
    """
    import logging

    import uvicorn

    from kb.content.folder import ContentFolder
    from kb.search.index import IndexStore
    from kb.web.app import create_app

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("kb").setLevel(logging.INFO)
    if not IndexStore(settings.index).current_name():
        ContentFolder(settings.content).listing()  # with neither content nor index there is nothing to serve
    listening = listen(settings.host, settings.port)
    typer.echo(f"{settings.service_name} at http://{settings.host}:{settings.port} (press Ctrl+C to stop)")
    for note in users_command.serve_notes(settings):
        typer.echo(note)
    config = uvicorn.Config(
        create_app(settings), log_level="warning", server_header=False,
        # Whoever may say who asks could pretend to be anybody, and limits count by that address.
        proxy_headers=bool(settings.trusted_proxies), forwarded_allow_ips=settings.trusted_proxies,
    )  # fmt: skip
    uvicorn.Server(config).run(sockets=[listening])


def listen(host: str, port: int) -> "socket.socket":
    """A socket that listens there, before anybody is told that the site is up.

    Raises:
        SettingsError: it cannot.
    """
    import socket

    from kb.errors import SettingsError

    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        advice = "Choose another with --host, --port, KB_HOST or KB_PORT, or stop what uses this one."
        reason = str(error.strerror or error).split(" (while")[0]  # Python adds the address, which is said already
        raise SettingsError(f"The site cannot listen on {host}, port {port}: {reason}.", advice) from None
    # Handed on to each connection. Without it the end of every answer waits 40 ms for the reader's acknowledgement.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
