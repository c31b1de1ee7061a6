"""Owns every error this package raises on purpose. Never knows about HTTP: `kb/web/errors.py` has that table.

The whole tree::

    KbError                        a sentence for a person, and what to do about it
    ├── SettingsError              a setting or flag has a value that cannot work
    ├── ContentError               something about the content folder
    │   ├── ContentFolderMissing   there is no such folder, or no `case_studies` in it
    │   ├── ContentUnreadable      the folder or a file in it cannot be read or written
    │   ├── CaseStudyInvalid       a file that cannot become a case study; carries its findings
    │   ├── CaseStudyExists        a new case study would overwrite one that is there
    │   ├── EditConflict           a file is no longer what the writer had read; carries what it is now
    │   └── RepositoryUnavailable  git cannot take a commit at the moment
    ├── DocumentUnreadable         a file that a reader brings cannot be read; `cure` says what to do with it
    │   └── DocumentTooLarge       it is too big or too long
    ├── QueryError                 what was asked for cannot be searched; carries every problem
    ├── NotFound                   no such case study, topic, organisation or page
    │   └── Withdrawn              a case study that was here and was taken down; carries its title, the day and why
    ├── SearchUnavailable          nothing can be searched at the moment
    │   ├── IndexMissing           no index has been built yet
    │   ├── IndexDamaged           files of the index are missing or broken
    │   └── IndexMismatch          the index was made by another version or another model
    ├── IndexBusy                  somebody else is building the index
    ├── EmbedderUnavailable        the model cannot be loaded
    ├── SearchLogUnavailable       the log of searches is off or cannot be read
    ├── DatabaseUnavailable        people and drafts cannot be read or written
    │   └── DatabaseBusy           somebody else is writing at this moment
    ├── NotSignedIn                this takes an account
    ├── NotAllowed                 this account may not do that
    ├── TooManyTries               too often in too short a time; carries the seconds to wait
    ├── AccountError               an account cannot be made or changed like that; carries the field
    ├── FormInvalid                what was typed cannot be taken like that; carries every problem by field
    ├── StepImpossible             the workflow has no such step from here; carries the field
    │   └── SavedElsewhere         somebody saved the same answer since this page was opened
    ├── ProviderUnavailable        an organisation's own sign-in cannot be used at the moment
    ├── MailUnavailable            an e-mail cannot be sent at the moment
    │   └── MailRefused            an e-mail will never be taken like that: there is no such mailbox
    └── EvaluationError            a file of judged queries cannot be used
"""

from collections.abc import Sequence
from typing import Any


class KbError(Exception):
    """Base of all: `message` says what happened, `cure` what the reader can do."""

    def __init__(self, message: str, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message} {self.cure}".strip()


class SettingsError(KbError):
    """A setting or flag has a value that cannot work."""


class ContentError(KbError):
    """Something about the content folder."""


class ContentFolderMissing(ContentError):
    """There is no such folder, or it has no `case_studies` folder."""


class ContentUnreadable(ContentError):
    """The folder or a file in it cannot be read or written."""


class CaseStudyInvalid(ContentError):
    """A file that cannot become a case study; `findings` say why, with lines."""

    def __init__(self, message: str, findings: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class CaseStudyExists(ContentError):
    """A new case study would overwrite one that is there."""


class EditConflict(ContentError):
    """A file is no longer what the writer had read: `text` is what it holds now and `blob` the id of that, "" for none."""

    def __init__(self, message: str, cure: str = "", text: str = "", blob: str = "") -> None:
        super().__init__(message, cure)
        self.text = text
        self.blob = blob


class RepositoryUnavailable(ContentError):
    """The git repository that the content lies in cannot take a commit at the moment."""


class DocumentUnreadable(KbError):
    """A file that a reader brings cannot be read."""


class DocumentTooLarge(DocumentUnreadable):
    """A file that a reader brings is too big or too long."""


class QueryError(KbError):
    """What was asked for cannot be searched; `problems` maps each field to its sentence."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


class NotFound(KbError):
    """No such case study, topic, organisation or page."""


class Withdrawn(NotFound):
    """A case study that was here and was taken down; `on` is the day as YYYY-MM-DD."""

    def __init__(self, message: str, cure: str = "", title: str = "", on: str = "", reason: str = "") -> None:
        super().__init__(message, cure)
        self.title, self.on, self.reason = title, on, reason


class SearchUnavailable(KbError):
    """Nothing can be searched at the moment."""


class IndexMissing(SearchUnavailable):
    """No index has been built yet."""


class IndexDamaged(SearchUnavailable):
    """Files of the index are missing or broken."""


class IndexMismatch(SearchUnavailable):
    """The index was made by another version of this software or with another model."""


class IndexBusy(KbError):
    """Somebody else is building the index."""


class EmbedderUnavailable(KbError):
    """The model cannot be loaded."""


class SearchLogUnavailable(KbError):
    """The log of searches is switched off or cannot be read."""


class DatabaseUnavailable(KbError):
    """People and drafts cannot be read or written."""


class DatabaseBusy(DatabaseUnavailable):
    """Somebody else is writing at this moment; nothing was changed."""


class NotSignedIn(KbError):
    """This takes an account."""


class NotAllowed(KbError):
    """This account may not do that."""


class TooManyTries(KbError):
    """Too often in too short a time; `seconds` says how long to wait."""

    def __init__(self, message: str, cure: str, seconds: int) -> None:
        super().__init__(message, cure)
        self.seconds = seconds


class AccountError(KbError):
    """An account cannot be made or changed like that; `field` is the input it is about."""

    def __init__(self, message: str, cure: str = "", field: str = "") -> None:
        super().__init__(message, cure)
        self.field = field


class FormInvalid(KbError):
    """What was typed cannot be taken like that; `problems` maps each field to its sentence."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


class StepImpossible(KbError):
    """The workflow has no such step from here; `field` is the input it is about, if any."""

    def __init__(self, message: str, cure: str = "", field: str = "") -> None:
        super().__init__(message, cure)
        self.field = field


class SavedElsewhere(StepImpossible):
    """Somebody saved the same answer since this page was opened; `theirs` is what they saved."""

    def __init__(self, message: str, cure: str, theirs: dict[str, Any]) -> None:
        super().__init__(message, cure)
        self.theirs = theirs


class ProviderUnavailable(KbError):
    """An organisation's own sign-in cannot be used at the moment."""


class MailUnavailable(KbError):
    """An e-mail cannot be sent at the moment."""


class MailRefused(MailUnavailable):
    """An e-mail will never be taken like that: there is no such mailbox."""


class EvaluationError(KbError):
    """A file of judged queries cannot be used."""
