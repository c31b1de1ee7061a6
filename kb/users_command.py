"""Owns what `kb users` does and says, and what `kb serve` says about accounts. Never decides who may do what.

Whoever runs the command line acts as an operator: the audit names them by their login on that machine.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from kb.console import escape, print_json, run_command, table
from kb.errors import AccountError, DatabaseUnavailable, MailUnavailable

if TYPE_CHECKING:
    from kb.content.vocabulary import Vocabulary
    from kb.editorial.audit import Operator
    from kb.editorial.db import Database
    from kb.editorial.models import User
    from kb.editorial.roles import Scoped
    from kb.settings import Settings

app = typer.Typer(help="Accounts of people who write, review and publish.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="The person's e-mail address.")]


@app.command()
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="The name that colleagues know.")],
    role: Annotated[str, typer.Option(help="contributor, reviewer, editor or admin")],
    scope: Annotated[list[str] | None, typer.Option(help="Where: the id of an organisation or collaborative, or everywhere. May be repeated. An admin is one everywhere.")] = None,
) -> None:  # fmt: skip
    """Add somebody, and send an invitation to choose a password; without a mail server its link is printed."""

    def run() -> None:
        from kb.editorial import accounts, links

        settings, database, operator = _opened()
        grants = [_grant(f"{role}@{one}" if one else role, settings) for one in scope or [""]]
        with database.writing() as session:
            user = accounts.add(session, operator, email, name, grants)
            token = links.make(session, user, links.INVITATION)
        typer.echo(f"Added {user.name} <{user.email}>: {_words(grants)}.")
        _send(settings, user, links.INVITATION, token)

    run_command(run)


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False) -> None:
    """List everybody with an account."""

    def run() -> None:
        from kb.editorial import accounts

        _, database, _ = _opened()
        with database.reading() as session:
            found = accounts.listed(session)
        if as_json:
            print_json(
                [
                    {
                        "email": one.email, "name": one.name, "roles": [f"{g.role}@{g.scope}" for g in one.grants],
                        "sign_in": one.sign_in, "disabled": one.disabled, "created_at": one.created_at.isoformat(timespec="seconds"),
                    }
                    for one in found
                ]
            )  # fmt: skip
        elif not found:
            typer.echo(f"Nobody has an account yet. {FIRST}")
        else:
            rows = [
                (escape(one.email), escape(one.name), escape(_words(one.grants)), "disabled" if one.disabled else one.sign_in or "invited")
                for one in found
            ]  # fmt: skip
            table(("address", "name", "roles", "signs in"), rows)

    run_command(run)


@app.command("role")
def role_(
    email: Email,
    grant: Annotated[list[str] | None, typer.Option(help="A role to give, such as reviewer@RWK or admin. May be repeated.")] = None,
    remove: Annotated[list[str] | None, typer.Option(help="A role to take away. May be repeated.")] = None,
) -> None:  # fmt: skip
    """Give somebody roles, and take roles away."""

    def run() -> None:
        from kb.editorial import accounts

        settings, database, operator = _opened()
        new = [_grant(one, settings) for one in grant or ()]
        gone = [_grant(one, settings, known=False) for one in remove or ()]
        if not new and not gone:
            raise AccountError("There is nothing to change.", "Give --grant or --remove.")
        with database.writing() as session:
            user = accounts.found(session, email)
            now = accounts.change_grants(session, operator, user, new, gone)
        typer.echo(f"{user.name} <{user.email}>: {_words(now)}.")

    run_command(run)


@app.command()
def disable(email: Email) -> None:
    """Close an account; what the person wrote stays, every browser is signed out."""

    def run() -> None:
        from kb.editorial import accounts

        _, database, operator = _opened()
        with database.writing() as session:
            user = accounts.found(session, email)
            accounts.disable(session, operator, user)
        typer.echo(
            f"The account of {user.name} <{user.email}> is closed. Open it again with: kb users enable {user.email}"
        )

    run_command(run)


@app.command()
def enable(email: Email) -> None:
    """Open a closed account again, with the roles it had."""

    def run() -> None:
        from kb.editorial import accounts

        _, database, operator = _opened()
        with database.writing() as session:
            user = accounts.found(session, email)
            accounts.enable(session, operator, user)
        typer.echo(f"The account of {user.name} <{user.email}> is open.")

    run_command(run)


@app.command()
def reset(email: Email) -> None:
    """Send somebody a link to set a password, and forget which sign-in of their organisation is theirs."""

    def run() -> None:
        from kb.editorial import accounts, audit, links

        settings, database, operator = _opened()
        with database.writing() as session:
            user = accounts.found(session, email)
            if user.disabled_at is not None:
                raise AccountError(f"The account of {user.email} is closed.", f"First: kb users enable {user.email}")
            purpose = links.RESET if user.password else links.INVITATION
            accounts.unbind(session, operator, user)
            token = links.make(session, user, purpose)
            audit.record(session, operator, "user.reset", f"user:{user.id}", email=user.email)
        _send(settings, user, purpose, token)

    run_command(run)


FIRST = "Make the first admin with: kb users add EMAIL --name NAME --role admin"


def serve_notes(settings: "Settings") -> list[str]:
    """What whoever starts the site has to know about accounts; a database that cannot be read stops nothing."""
    from kb.editorial.db import Database

    database = Database(settings.database_url)
    try:
        if not database.exists():
            return [f"Nobody can write or review yet. {FIRST}"]
        from kb.editorial import accounts

        with database.reading() as session:
            admin = accounts.has_admin(session)
    except DatabaseUnavailable as error:
        return [f"Accounts and drafts are not available: {error}"]
    finally:
        database.close()
    notes = [] if admin else [f"Nobody is an admin. {FIRST}"]
    if not settings.smtp_host:
        notes.append("E-mails are written to this log, links to sign in too: no mail server is set (KB_SMTP_HOST).")
    return notes


def _opened() -> "tuple[Settings, Database, Operator]":
    import getpass
    import os

    from kb.editorial.audit import Operator
    from kb.editorial.db import Database
    from kb.settings import load

    try:
        login = getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        login = f"user {os.getuid()}"
    settings = load()
    return settings, Database(settings.database_url), Operator(login)


def _grant(typed: str, settings: "Settings", known: bool = True) -> "Scoped":
    """A role as typed, such as reviewer@RWK; `known`: whether its organisation must be in the vocabulary."""
    from kb.editorial.roles import EVERYWHERE, Role, Scoped, scope

    role, _, where = typed.partition("@")
    if role not in list(Role):
        raise AccountError(f"There is no role {role[:40]!r}.", f"Choose one of: {', '.join(Role)}.", "role")
    if not where and role != Role.ADMIN:
        raise AccountError(
            f"It is not said where somebody is {role}.",
            "Give the id of an organisation or collaborative, or everywhere: --scope RWK, or reviewer@RWK.", "scope",
        )  # fmt: skip
    if not where or where == EVERYWHERE:
        return Scoped(Role(role), EVERYWHERE)
    if not known and ":" in where:
        return Scoped(Role(role), where)  # an organisation that has left the vocabulary can still be taken away
    return Scoped(Role(role), scope(where, _vocabulary(settings)))


def _vocabulary(settings: "Settings") -> "Vocabulary":
    from kb.content.folder import ContentFolder
    from kb.content.vocabulary import Vocabulary

    return Vocabulary.load(ContentFolder(settings.content).vocabulary)


def _send(settings: "Settings", user: "User", purpose: str, token: str) -> None:
    """Sends a link, or prints it where it cannot be sent."""
    from kb.editorial import links, mail

    link = links.address(settings.address, purpose, token)
    days = "7 days" if purpose == links.INVITATION else "an hour"
    mailer = mail.from_settings(settings)
    if mailer.configured:
        try:
            mailer.send(user.email, *links.letter(settings.address, settings.service_name, user.name, purpose, token))
        except MailUnavailable as error:
            typer.echo(f"The e-mail could not be sent. {error}", err=True)
        else:
            typer.echo(f"Sent a link to {user.email}. It works once, for {days}.")
            return
    typer.echo(f"Give {user.name} this link to choose a password. It works once, for {days}:\n{link}")
    if not settings.base_url:
        typer.echo(
            "It leads to this computer. Set KB_BASE_URL to the public address of the site for links that work elsewhere."
        )


def _words(grants: "Iterable[Scoped]") -> str:
    return ", ".join(map(str, grants))
