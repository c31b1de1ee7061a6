"""Owns what `kb publish` does and says: a file, what was left unfinished, what is due. Never decides what may be published."""

import datetime
import getpass
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kb.errors import (
    AccountError,
    CaseStudyInvalid,
    DatabaseUnavailable,
    DocumentUnreadable,
    KbError,
    NotFound,
    SettingsError,
)

if TYPE_CHECKING:
    from kb.content.findings import Finding
    from kb.content.vocabulary import Vocabulary
    from kb.editorial.audit import Operator
    from kb.editorial.fast_track import Handed
    from kb.editorial.publishing import Published, Publisher
    from kb.editorial.roles import Actor
    from kb.editorial.submission import Readiness
    from kb.settings import Settings


@dataclass(frozen=True, slots=True)
class Asked:
    """The flags of the command."""

    file: Path | None
    author: str
    reviewer: str
    slug: str
    note: str
    declared: bool
    confirm: str
    resume: int | None
    due: bool


def run(asked: Asked, settings: "Settings") -> bool:
    """Publishes and says so; whether everything that was asked for is published.

    Raises:
        SettingsError: not exactly one thing is asked for, or it lacks what it needs.
        KbError: it could not be done; the sentence says why and what to do.
    """
    from kb.content.vocabulary import Vocabulary
    from kb.editorial.audit import Operator

    if sum((asked.file is not None, asked.resume is not None, asked.due)) != 1:
        raise SettingsError("It is not clear what to publish.", "Give a FILE, or --resume NUMBER, or --due.")
    publisher = _publisher(settings)
    vocabulary = Vocabulary.load(publisher.folder.vocabulary)
    today = datetime.datetime.now(datetime.UTC).date()
    if asked.due:
        return _due(publisher, vocabulary, today)
    if asked.resume is not None:
        return _resume(publisher, asked.resume, vocabulary, today)
    return _file(publisher, asked, vocabulary, today, Operator(_operator()))


def publisher_of(settings: "Settings") -> "Publisher":
    """The publisher of a content folder and a database, which may not be there yet."""
    from kb.content.commit_messages import Author
    from kb.content.folder import ContentFolder
    from kb.content.repository import Repository
    from kb.editorial.db import Database
    from kb.editorial.publishing import Publisher
    from kb.editorial.steps import House

    service = Author(settings.service_name, settings.contact_email or "publishing@localhost")
    house = House(settings.address, settings.service_name, settings.turnround_days)
    return Publisher(
        Database(settings.database_url), ContentFolder(settings.content), Repository(settings.content, service), house
    )


def unfinished(settings: "Settings") -> "list[Finding]":
    """A finding for each publication that was begun and not ended; none where there is no database."""
    from kb.editorial.db import Database

    # Asked of the database alone first: whoever checks files on a laptop has none, and must not be given one.
    if not Database(settings.database_url).exists():
        return []
    return publisher_of(settings).unfinished()


def _publisher(settings: "Settings") -> "Publisher":
    publisher = publisher_of(settings)
    if not publisher.database.exists():
        raise DatabaseUnavailable(
            f"There is no database at {settings.database_url}, so there are no accounts.",
            "Set KB_DATABASE_URL to that of the site, or make an account first: kb users add",
        )
    return publisher


def _file(
    publisher: "Publisher", asked: Asked, vocabulary: "Vocabulary", today: datetime.date, operator: "Operator"
) -> bool:
    from kb.editorial import fast_track, submission

    if not asked.declared:
        raise SettingsError("It is not declared.", f"With --declare you say: \u201c{submission.DECLARATION}\u201d.")
    handed = _handed(asked)
    author, reviewer = _person(publisher, asked.author, "author"), _person(publisher, asked.reviewer, "reviewer")
    publisher.repository.ready()  # before anything is kept
    came = fast_track.approve(publisher, handed, author, reviewer, operator, vocabulary, today)
    if not isinstance(came, fast_track.Approved):
        _say_what_is_missing(came)
        return False
    try:
        _say(publisher.publish(came.publisher, came.draft, vocabulary, today), publisher)
    except KbError:
        typer.echo("It is approved, and nothing is lost: put right what is named, then do the same again.", err=True)
        raise
    return True


def _resume(publisher: "Publisher", number: int, vocabulary: "Vocabulary", today: datetime.date) -> bool:
    from kb.editorial import accounts
    from kb.editorial.models import Publication

    with publisher.database.reading() as session:
        row = session.get(Publication, number)
        if row is None:
            raise NotFound("There is no unfinished publication with this number.", "List them with: kb check")
        actor, kind = accounts.actor(session, row.user_id), row.kind
    done = publisher.resume(number, actor, vocabulary, today)
    if kind == "publish":
        _say(done, publisher)
    else:
        typer.echo(f"Withdrew {done.slug}.")
    return True


def _due(publisher: "Publisher", vocabulary: "Vocabulary", today: datetime.date) -> bool:
    from kb.editorial import unattended

    outcomes = list(unattended.publish_due(publisher, vocabulary, today))
    for outcome in outcomes:
        if outcome.done is not None:
            _say(outcome.done, publisher)
        else:
            typer.echo(f"Error: {outcome.title} could not be published: {outcome.problem}", err=True)
    if not outcomes:
        typer.echo("Nothing is due.")
    return all(outcome.done is not None for outcome in outcomes)


def _handed(asked: Asked) -> "Handed":
    """The file with the pictures and tables in the folder of its name beside it."""
    from kb.content.folder import MAX_BYTES
    from kb.content.markdown import slugify
    from kb.content.stored_names import is_slug
    from kb.editorial.fast_track import Handed

    path = asked.file
    if path is None or path.suffix.lower() not in (".md", ".markdown"):
        raise DocumentUnreadable(f"{path} is no Markdown file.", "Make one of a Word file first, with: kb import FILE")
    slug = asked.slug or slugify(path.stem)
    if not is_slug(slug):
        raise SettingsError(
            f"{slug!r} cannot be an address.", "Give one with --slug: small letters, digits and hyphens."
        )
    try:
        data = path.read_bytes()
        place = path.with_suffix("")
        beside = sorted(place.iterdir()) if place.is_dir() else []
        files = {found.name: found.read_bytes() for found in beside if found.is_file()}
    except OSError as error:
        raise DocumentUnreadable(f"{error.filename} cannot be read: {error.strerror}.", "Check the path.") from None
    if len(data) > MAX_BYTES:
        raise CaseStudyInvalid(f"{path} has more than 1 MB. Put pictures and tables beside it.")
    try:
        return Handed(data.decode("utf-8"), slug, files, asked.declared, asked.note, asked.confirm)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise CaseStudyInvalid(f"{path} is not UTF-8 text from line {line} on. Save it again as UTF-8.") from None


def _person(publisher: "Publisher", email: str, part: str) -> "Actor":
    from kb.editorial import accounts

    if not email:
        raise SettingsError(f"It is not said who the {part} is.", f"Give the address of an account with --{part}.")
    with publisher.database.reading() as session:
        user = accounts.found(session, email)
        if user.disabled_at is not None:
            raise AccountError(f"The account {user.email} is closed.", "Give another.", part)
        return accounts.actor(session, user.id)


def _say(done: "Published", publisher: "Publisher") -> None:
    version = f" as version {done.version}" if done.version else ""
    typer.echo(
        f"Published {done.slug}{version}, commit {done.commit[:10]}: {publisher.house.site}/case-studies/{done.slug}"
    )


def _say_what_is_missing(found: "Readiness") -> None:
    """Everything that stands in the way, in the order in which it is worth putting right."""
    for concern in found.concerns:
        if concern.certain:
            typer.echo(f"Patient's detail. {concern.place}: {concern.excerpt}. {concern.reason}")
    for question, sentence in found.completeness.missing:
        typer.echo(f"{question.title} {sentence}")
    for problem in found.problems:
        typer.echo(problem.message)
    for concern in found.unconfirmed:
        typer.echo(f"Perhaps a patient's detail. {concern.place}: {concern.excerpt}. {concern.reason}")
    if found.unconfirmed and not found.blocking:
        typer.echo('If these are nobody\'s details, say why with --confirm "REASON". The reason is kept.')
    typer.echo("Nothing was published.")


def _operator() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no entry for this number in the list of users, as in some containers
        return "somebody"
