"""Owns changing files of the content folder: whole or not at all, and never over what the writer has not read. Never commits.

Writers of several processes wait for one another. A file is written beside its place, flushed and renamed; what a
killed process leaves has a name that is never read, and the next one who writes there takes it away.
"""

import contextlib
import hashlib
import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from kb.content import addresses, atomic
from kb.content.addresses import Addresses
from kb.content.folder import MAX_BYTES, ContentFolder
from kb.content.markdown import slugify
from kb.content.stored_names import file_type, is_slug
from kb.errors import CaseStudyExists, CaseStudyInvalid, ContentUnreadable, EditConflict


def blob(content: str | bytes) -> str:
    """The id that git gives this content: what a writer expects to find is told by it, with or without a repository."""
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def place(folder: ContentFolder, slug: str) -> Path:
    """The file of a case study, wherever in the folder it lies, or where a new one goes.

    Raises:
        CaseStudyInvalid: the slug cannot be an address.
        ContentUnreadable: it is a link that leads elsewhere.
    """
    if not is_slug(slug):
        raise _no_address(slug)
    path = folder.case_studies / f"{slug}.md"
    if not os.path.lexists(path):
        path = folder.find(slug) or path
    _inside(folder, path)
    return path.resolve() if path.is_symlink() else path


def read(folder: ContentFolder, slug: str) -> str | None:
    """The text at this address as it is on the disk now; None when there is none.

    Raises:
        CaseStudyInvalid: the slug cannot be an address.
        ContentUnreadable: it cannot be read.
    """
    path = place(folder, slug)
    with _spoken(path, "read"):
        data = _data(path)
    return None if data is None else data.decode("utf-8", "replace")


def write(folder: ContentFolder, slug: str, text: str, expected: str) -> Path:
    """Puts the text at this address, where `expected` is the id of what the writer has read there, "" for nothing.

    When the file holds exactly this text already, that is the same as having written it.

    Raises:
        CaseStudyInvalid: the slug cannot be an address, or the text is too long or not text.
        EditConflict: the file is not what was expected; it stays as it is.
        ContentUnreadable: it cannot be read or written.
    """
    data = _encoded(text)
    with _writing(folder):
        path = place(folder, slug)
        with _spoken(path, "written"):
            now = _data(path)
            if now == data:
                atomic.sync(path.parent)  # whoever wrote it may have been killed before that
                return path
            _refuse(path, now, expected)
            atomic.clean(folder.path, path.parent)
            try:
                atomic.put(path, data, new=now is None)
            except FileExistsError:  # somebody who does not wait for us has put it there meanwhile
                _refuse(path, _data(path), "")
    return path


def write_new(folder: ContentFolder, title: str, text: str) -> Path:
    """Writes a new case study named after its title.

    Raises:
        CaseStudyInvalid: the title gives no address.
        CaseStudyExists: there is one at that address.
        ContentUnreadable: the folder cannot be written.
    """
    if not any(c.isascii() and c.isalnum() for c in title):
        raise CaseStudyInvalid("The title needs a letter from a to z or a digit: the page's address is made of it.")
    slug = slugify(title)
    try:
        if read(folder, slug) is None:  # with the very same text in it, too
            return write(folder, slug, text, "")
    except EditConflict:
        pass
    raise CaseStudyExists(f"There is already a file {place(folder, slug)}.", "Choose another title, or edit that file.")


def remove(folder: ContentFolder, slug: str, expected: str) -> Path:
    """Takes the case study of this address away, if it is what the writer has read. One that is gone stays gone.

    Raises:
        CaseStudyInvalid, EditConflict, ContentUnreadable: as for `write`.
    """
    with _writing(folder):
        path = place(folder, slug)
        with _spoken(path, "deleted"):
            now = _data(path)
            if now is not None:
                _refuse(path, now, expected)
                path.unlink()
            atomic.clean(folder.path, path.parent)
            atomic.sync(path.parent)
    return path


def file_place(folder: ContentFolder, slug: str, name: str) -> Path:
    """Where a picture or data file beside a case study lies, whether it is there or not.

    Raises:
        CaseStudyInvalid: the slug or name cannot be one.
    """
    if not is_slug(slug):
        raise _no_address(slug)
    if not file_type(name):
        raise CaseStudyInvalid(
            f"{name[:100]!r} cannot be the name of a file here. Use letters from a to z, digits and hyphens, and one of the endings .png .jpg .jpeg .webp .csv."
        )
    return folder.case_studies / slug / name


def write_file(folder: ContentFolder, slug: str, name: str, data: bytes) -> Path:
    """Puts a picture or data file beside a case study, over one of the same name.

    Raises:
        CaseStudyInvalid: the slug or name cannot be one.
        ContentUnreadable: it cannot be written.
    """
    path = file_place(folder, slug, name)
    with _writing(folder), _spoken(path, "written"):
        path.parent.mkdir(exist_ok=True)
        _inside(folder, path)
        atomic.clean(path.parent)
        if _data(path) != data:
            atomic.put(path, data)
        atomic.sync(path.parent)
        atomic.sync(folder.case_studies)
    return path


def remove_file(folder: ContentFolder, slug: str, name: str) -> Path:
    """Takes a file beside a case study away; the folder goes with the last one. One that is gone stays gone.

    Raises:
        CaseStudyInvalid, ContentUnreadable: as for `write_file`.
    """
    path = file_place(folder, slug, name)
    with _writing(folder), _spoken(path, "deleted"):
        if path.parent.is_dir():
            _inside(folder, path)
            atomic.clean(path.parent)
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # others are left in it
                path.parent.rmdir()
            atomic.sync(folder.case_studies)
    return path


def remove_other_files(folder: ContentFolder, slug: str, keep: Collection[str]) -> list[Path]:
    """Takes away the pictures and data files beside a case study that it no longer has, and gives their places.

    Raises:
        CaseStudyInvalid, ContentUnreadable: as for `write_file`.
    """
    if not is_slug(slug):
        raise _no_address(slug)
    beside = folder.case_studies / slug
    with _spoken(beside, "read"):
        names = sorted(entry.name for entry in beside.iterdir()) if beside.is_dir() else []
    return [remove_file(folder, slug, name) for name in names if name not in keep and file_type(name)]


def update_addresses(folder: ContentFolder, change: Callable[[Addresses], Addresses]) -> Path:
    """Puts a change into the list of addresses that case studies have left.

    Raises:
        ContentUnreadable: the list has mistakes, which writing it anew would lose, or cannot be written.
    """
    path = folder.path / addresses.FILE
    with _writing(folder), _spoken(path, "written"):
        loaded = addresses.load(folder.path)
        if loaded.broken:
            raise ContentUnreadable(
                f"{path} has mistakes: {loaded.findings[0]}", "Put them right, then try again. kb check lists them."
            )
        changed = change(loaded.addresses)
        if changed != loaded.addresses:
            atomic.clean(folder.path)
            atomic.put(path, addresses.dump(changed).encode())
        atomic.sync(folder.path)
    return path


def leftovers(folder: ContentFolder) -> list[Path]:
    """What a killed process left unfinished: files that are never read and may be deleted."""
    try:
        with atomic.locked(folder.case_studies, wait=0):
            found = [path for path in folder.path.iterdir() if atomic.is_unfinished(path.name)]
            for top, _, names in os.walk(folder.case_studies):
                found += [Path(top, name) for name in names if atomic.is_unfinished(name)]
    except (OSError, atomic.Busy):
        return []  # somebody is writing at this moment: it is not left over yet
    return sorted(found)


def _inside(folder: ContentFolder, path: Path) -> None:
    try:
        inside = path.resolve().is_relative_to(folder.case_studies.resolve())
    except (OSError, RuntimeError):  # a link that leads to itself
        inside = False
    if not inside:
        raise ContentUnreadable(
            f"{path} is a link that leads out of the content folder or nowhere.", "Put the file itself there."
        )


def _no_address(slug: str) -> CaseStudyInvalid:
    return CaseStudyInvalid(f"{slug[:100]!r} cannot be an address. Use small letters, digits and hyphens.")


def _encoded(text: str) -> bytes:
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise CaseStudyInvalid("The text has characters that cannot be stored. Delete them.") from None
    if len(data) > MAX_BYTES:
        raise CaseStudyInvalid("The text is longer than 1 MB. Take out what is not text.")
    return data


def _data(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _refuse(path: Path, now: bytes | None, expected: str) -> None:
    found = "" if now is None else blob(now)
    if found == expected:
        return
    happened = "was deleted" if now is None else "was changed" if expected else "is already there"
    raise EditConflict(
        f"{path.name} {happened} since you began.", "Compare the two and bring them together.",
        (now or b"").decode("utf-8", "replace"), found,
    )  # fmt: skip


@contextlib.contextmanager
def _writing(folder: ContentFolder) -> Iterator[None]:
    """The turn of one writer among several."""
    with _spoken(folder.case_studies, "written"):
        folder.case_studies.mkdir(parents=True, exist_ok=True)
        try:
            with atomic.locked(folder.case_studies):
                yield
        except atomic.Busy:
            raise ContentUnreadable(
                f"Another process has been writing in {folder.case_studies} for a while.", "Try again in a minute."
            ) from None


@contextlib.contextmanager
def _spoken(path: Path, done: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ContentUnreadable(
            f"{path} cannot be {done}: {error.strerror or error}.",
            "Check the folder's permissions and the space on the disk.",
        ) from error
