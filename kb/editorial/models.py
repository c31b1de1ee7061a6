"""Owns the tables: people, work in progress, what was decided and by whom. Never holds a published case study: files do."""

import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, LargeBinary, MetaData, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcTime(TypeDecorator[datetime.datetime]):
    """A moment with its zone, stored as UTC: SQLite keeps none."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, dialect: Any) -> datetime.datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(datetime.UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime.datetime | None, dialect: Any) -> datetime.datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=datetime.UTC)


class Base(DeclarativeBase):
    """The root of all tables; constraints have names, so that they can be changed later."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )  # fmt: skip
    type_annotation_map = {datetime.datetime: UtcTime(), dict[str, Any]: JSON(), str: Text()}  # noqa: RUF012 - SQLAlchemy's name


class User(Base):
    """A person with an account. `email` is in lower case; a user without a password signs in by OpenID Connect or a link."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str]
    password: Mapped[str | None]  # argon2id
    disabled_at: Mapped[datetime.datetime | None]
    created_at: Mapped[datetime.datetime]
    openid: Mapped[str | None] = mapped_column(unique=True)  # issuer and subject, once bound


class Grant(Base):
    """A role that somebody has, within a scope: everywhere, organisation:ID or collaborative:ID."""

    __tablename__ = "grants"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    scope: Mapped[str] = mapped_column(String(140), primary_key=True)


class SignIn(Base):
    """A browser that is signed in, by the SHA-256 of its cookie."""

    __tablename__ = "sign_ins"
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime.datetime]
    seen_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime] = mapped_column(index=True)
    browser: Mapped[str]


class Device(Base):
    """A browser that somebody has signed in with before: guessing by strangers does not slow it down."""

    __tablename__ = "devices"
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    # Several people may share a computer.
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    created_at: Mapped[datetime.datetime]
    seen_at: Mapped[datetime.datetime]


class Link(Base):
    """A link sent to somebody that works once, by the SHA-256 of its token; `purpose` is invitation or reset."""

    __tablename__ = "links"
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime]
    used_at: Mapped[datetime.datetime | None]


class OpenIdAttempt(Base):
    """A sign-in by OpenID Connect that is under way, by the SHA-256 of its state; its secrets are in the browser alone."""

    __tablename__ = "openid_attempts"
    state: Mapped[str] = mapped_column(String(64), primary_key=True)
    to: Mapped[str]  # the address on this site to go to afterwards
    created_at: Mapped[datetime.datetime]


class AuditEntry(Base):
    """What somebody did. Rows are only ever added: a trigger refuses to change or delete them."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime.datetime] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    actor: Mapped[str]  # the person's name and address, or the operator of the command line
    action: Mapped[str] = mapped_column(String(60), index=True)
    object: Mapped[str] = mapped_column(String(200), index=True)  # such as draft:k3x9 or user:7
    detail: Mapped[dict[str, Any]]


class Draft(Base):
    """One version of a case study on its way. `home` is the scope it belongs to; `base_*` what it was copied from."""

    __tablename__ = "drafts"
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    home: Mapped[str] = mapped_column(String(140), index=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    title: Mapped[str]
    slug: Mapped[str] = mapped_column(String(120))  # the address it is to have; empty: made from the title
    base_slug: Mapped[str] = mapped_column(String(120), index=True)
    base_text: Mapped[str]  # the published text that the draft started from; the git blob of it is the expectation
    carried: Mapped[dict[str, Any]]  # what no question asks for: unknown fields, the order of sections
    origin: Mapped[dict[str, Any]]  # of an imported file: its name, what could not be placed, what was offered
    created_at: Mapped[datetime.datetime]
    changed_at: Mapped[datetime.datetime]
    submitted_at: Mapped[datetime.datetime | None]
    promised_on: Mapped[datetime.date | None]
    publish_on: Mapped[datetime.date | None]  # not before this day
    scheduled_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # who told it to publish itself then
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class AnswerRow(Base):
    """What was typed for one question; `revision` counts its saves, so that two tabs notice each other."""

    __tablename__ = "answers"
    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    revision: Mapped[int]
    data: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime.datetime]
    saved_by: Mapped[int] = mapped_column(ForeignKey("users.id"))


class Attachment(Base):
    """A picture or table that belongs to a draft; it is written beside the case study when that is published."""

    __tablename__ = "attachments"
    __table_args__ = (UniqueConstraint("draft_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"))
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(10))  # png, jpeg or csv
    alt: Mapped[str]  # alternative text of a picture, a table's title
    section: Mapped[str]  # the heading that a picture is shown under
    data: Mapped[bytes] = mapped_column(LargeBinary)
    metadata_text: Mapped[str]  # what the picture's own metadata said, before it was taken out
    added_at: Mapped[datetime.datetime]
    added_by: Mapped[int] = mapped_column(ForeignKey("users.id"))


class TransitionRow(Base):
    """A step of the workflow. Rows are only ever added: a trigger refuses to change or delete them."""

    __tablename__ = "transitions"
    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"), index=True)
    name: Mapped[str] = mapped_column(String(20))
    before: Mapped[str] = mapped_column(String(20))
    after: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime.datetime]
    note: Mapped[str]


class Confirmation(Base):
    """Somebody's reason why words that look like a patient's details are none, by the digest of those words."""

    __tablename__ = "confirmations"
    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime.datetime]


class Comment(Base):
    """A remark on one part of a draft, or a reply to one."""

    __tablename__ = "comments"
    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"), index=True)
    question: Mapped[str] = mapped_column(String(40))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime.datetime]
    text: Mapped[str]
    resolved_at: Mapped[datetime.datetime | None]
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Publication(Base):
    """What is to be written to the content folder, noted before it is, so that a repeat after a crash writes the same."""

    __tablename__ = "publications"
    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[str | None] = mapped_column(ForeignKey("drafts.id"), index=True)  # none: it was written in git
    kind: Mapped[str] = mapped_column(String(12))  # publish or withdraw
    version: Mapped[int]
    old_slug: Mapped[str] = mapped_column(String(120))  # the address it had, when it gets another
    slug: Mapped[str] = mapped_column(String(120), index=True)
    expected: Mapped[str] = mapped_column(String(40))  # git blob of the file that is replaced; empty for a new one
    text: Mapped[str]
    note: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    started_at: Mapped[datetime.datetime]
    finished_at: Mapped[datetime.datetime | None]
    commit: Mapped[str | None] = mapped_column(String(64))


class Message(Base):
    """An e-mail that waits to be sent, or was sent. Links that let somebody in are never kept here."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    to: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime.datetime]
    due_at: Mapped[datetime.datetime | None] = mapped_column(index=True)  # none once it was sent or given up
    sent_at: Mapped[datetime.datetime | None]
    tries: Mapped[int]
    problem: Mapped[str]
