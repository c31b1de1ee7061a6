"""Owns generations on disk: the manifest, opening one for reading, which is current, pruning. Never builds one.

A generation is a folder that is complete before it gets its name and never changes after. `CURRENT` names the live one
in a single line and is replaced in one step, so a reader sees the old generation or the new one and nothing between.
"""

import hashlib
import json
import os
import shutil
import threading
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kb.content.case_study import CaseStudy
from kb.content.vocabulary import Vocabulary
from kb.errors import IndexDamaged, IndexMismatch, IndexMissing, NotFound, SearchUnavailable
from kb.search import background, late_interaction, lexical, passages
from kb.search.calibration import Calibration
from kb.search.catalogue import Catalogue
from kb.search.embedders import Vectors
from kb.search.lexicon import Lexicon
from kb.search.thesaurus import Thesaurus

FORMAT: Final = 3  # raise when the files of a generation change their meaning
_REBUILD: Final = "Build it again with: kb index"


def versions() -> dict[str, int]:
    """What an index must agree on with this software to be read by it."""
    return {
        "format": FORMAT,
        "passages": passages.VERSION,
        "lexical": lexical.VERSION,
        "background": background.VERSION,
    }


@dataclass(frozen=True)
class Manifest:
    """What a generation was made of, written last. `files` gives size in bytes and SHA-256 of each of its files."""

    generation: str
    fingerprint: str
    embedder: str
    dimension: int
    versions: dict[str, int]
    case_studies: int
    passages: int
    calibration: dict[str, Any]
    built: str
    seconds: float
    files: dict[str, tuple[int, str]] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Writes manifest.json."""
        (folder / "manifest.json").write_text(json.dumps(asdict(self), indent=2) + "\n", "utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a generation.

        Raises:
            IndexDamaged: there is none, or it cannot be read.
            IndexMismatch: another version of this software wrote it.
        """
        try:
            data = json.loads((folder / "manifest.json").read_text("utf-8"))
            found = data["versions"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexDamaged(f"The index generation {folder} has no readable manifest.", _REBUILD) from error
        if found != versions():
            raise IndexMismatch(f"The index in {folder.parent} was made by another version of this software.", _REBUILD)
        try:
            files = {str(name): (int(size), str(digest)) for name, (size, digest) in data["files"].items()}
            return cls(**{**data, "files": files})
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise IndexDamaged(f"The manifest of {folder} lacks something.", _REBUILD) from error


def is_stale(manifest: Manifest, fingerprint: str, embedder: str) -> bool:
    """Whether a generation no longer is what the content and the model would give."""
    return (manifest.fingerprint, manifest.embedder, manifest.versions) != (fingerprint, embedder, versions())


class Index:
    """One generation opened for reading: everything a search needs, from the same moment."""

    def __init__(self, folder: Path, embedder: str | None = None) -> None:
        """Opens a generation; `embedder` is the id of the model that queries will be embedded with, if it matters.

        Raises:
            SearchUnavailable: it is damaged, or made with another model or version.
        """
        self.folder = folder
        self.manifest = Manifest.read(folder)
        if embedder is not None and self.manifest.embedder != embedder:
            raise IndexMismatch(
                f"The index was made with the model {self.manifest.embedder}, but the model now set is {embedder}.",
                "Check --model or KB_MODEL, or build the index again with: kb index",
            )
        for name, (size, digest) in self.manifest.files.items():
            path = folder / name
            # No file is mapped into memory or handed to a parser in C before it is known to be whole.
            try:
                whole = path.stat().st_size == size and file_digest(path) == digest
            except OSError:
                whole = False
            if not whole:
                raise IndexDamaged(
                    f"The file {name} of the index generation {folder} is missing, incomplete or unreadable.", _REBUILD
                )
        self.catalogue = Catalogue(folder / "catalogue.sqlite")
        self.lexical = lexical.LexicalIndex(folder / "lexical")
        self.lexicon = Lexicon.load(folder / "lexicon.json")
        self.vocabulary = Vocabulary.load(folder / "vocabulary")
        try:
            self.calibration = Calibration.from_dict(self.manifest.calibration)
            with np.load(folder / "arrays.npz") as arrays:
                self.passage_case_study: NDArray[np.int64] = arrays["passage_case_study"]
                # Where the passages of each case study begin, and one more: theirs stand side by side.
                everyone = np.arange(self.manifest.case_studies + 1)
                self.first_passage: NDArray[np.int64] = np.searchsorted(self.passage_case_study, everyone)
                self.newest_rank: NDArray[np.int64] = arrays["newest_rank"]
                self.centroids: Vectors = arrays["centroids"]
            self.facets: dict[str, dict[str, NDArray[np.int64]]] = _facets(self.catalogue)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexDamaged(f"The arrays of {folder} cannot be read.", _REBUILD) from error
        self.background = background.Background.load(folder / "background.npz")
        self.pieces = late_interaction.PieceIndex(folder / "pieces", self.first_passage)
        self._vectors: Any = None
        self._lock = threading.Lock()

    @property
    def vectors(self) -> Any:
        """The VectorIndex, opened at first use, because most pages need no FAISS."""
        with self._lock:
            if self._vectors is None:
                from kb.search.vectors import VectorIndex  # noqa: PLC0415

                self._vectors = VectorIndex(self.folder / "vectors.faiss")
            return self._vectors

    @cached_property
    def thesaurus(self) -> Thesaurus:
        """What means the same, from this generation's vocabulary."""
        return Thesaurus(self.vocabulary)

    def is_whole(self) -> bool:
        """Whether no file was cut or overwritten since it was opened; reading a mapped file past its end would end us.

        A file that was deleted counts as whole: what is open can be read on.
        """
        for name, (size, _) in self.manifest.files.items():
            try:
                if (self.folder / name).stat().st_size != size:
                    return False
            except OSError:
                continue
        return True

    def case_study(self, slug: str) -> CaseStudy:
        """The case study of this slug; raises NotFound."""
        return self.catalogue.case_studies([self._position(slug)])[0]

    def related(self, slug: str, limit: int = 3) -> list[CaseStudy]:
        """The case studies nearest in meaning as a whole to this one, nearest first; raises NotFound."""
        position = self._position(slug)
        cosines = self.centroids @ self.centroids[position]
        cosines[position] = -2.0  # below any cosine: never its own relative
        nearest = np.argsort(-cosines, kind="stable")[: min(limit, len(cosines) - 1)]
        return self.catalogue.case_studies(nearest.tolist())

    def tallies(self, facet: str) -> dict[str, dict[str, int]]:
        """How many case studies have each verdict, by value of a facet; those without one count under ""."""
        names = sorted(self.facets.get("verdict", {}))
        codes = np.full(self.manifest.case_studies, len(names), np.int64)
        for code, name in enumerate(names):
            codes[self.facets["verdict"][name]] = code
        counted = {
            value: np.bincount(codes[holders], minlength=len(names) + 1)
            for value, holders in self.facets.get(facet, {}).items()
        }
        return {
            value: {name: int(n) for name, n in zip([*names, ""], counts, strict=True) if n}
            for value, counts in counted.items()
        }

    def _position(self, slug: str) -> int:
        position = self.catalogue.slug_position(slug)
        if position is None:
            raise NotFound(f"There is no case study {slug[:100]!r}.")
        return position


def _facets(catalogue: Catalogue) -> dict[str, dict[str, NDArray[np.int64]]]:
    """Positions of the case studies that hold each value, by facet name and value."""
    found: dict[str, dict[str, list[int]]] = {}
    for position, values in catalogue.facets():
        for name, held in values.items():
            for value in held:
                found.setdefault(name, {}).setdefault(value, []).append(position)
    return {
        name: {value: np.array(positions, np.int64) for value, positions in held.items()}
        for name, held in found.items()
    }


class IndexStore:
    """The index folder: which generation is live, opened once and shared until the pointer moves."""

    def __init__(self, path: Path, embedder: str | None = None) -> None:
        """`embedder`: the id of the model for queries; an index made with another is refused."""
        self.path = path
        self.embedder = embedder
        self._lock = threading.Lock()
        self._opened: tuple[str, Index] | None = None

    def current_name(self) -> str:
        """The name of the live generation; "" when there is none."""
        try:
            return (self.path / "CURRENT").read_text("ascii").strip()
        except (OSError, ValueError):
            return ""

    def current(self) -> Index:
        """The live generation. Keep the answer for the whole of one request.

        Raises:
            SearchUnavailable: there is none, or it cannot be read.
        """
        name = self.current_name()
        opened = self._opened
        if opened is not None and opened[0] == name and opened[1].is_whole():
            return opened[1]
        with self._lock:
            if self._opened is None or self._opened[0] != name or not self._opened[1].is_whole():
                self._opened = (name, self._open(name))
            return self._opened[1]

    def _open(self, name: str) -> Index:
        if not name:
            raise IndexMissing("There is no search index yet.", "Build it with: kb index")
        folder = self.path / name
        if not name.startswith("generation-") or "/" in name or not folder.is_dir():
            raise IndexDamaged(f"The index folder {self.path} names a generation that is not there.", _REBUILD)
        return Index(folder, self.embedder)

    def usable(self) -> Index | None:
        """The live generation if it can be read at all, whatever model made it; else None."""
        try:
            return IndexStore(self.path).current()  # opened again, so that every byte is looked at again
        except SearchUnavailable:
            return None

    def promote(self, folder: Path, name: str) -> None:
        """Gives a finished folder its name, makes it the live one, and removes all but it and the one before."""
        before = self.current_name()
        folder.rename(self.path / name)
        pointer = self.path / f".CURRENT-{os.getpid()}"
        with pointer.open("w", encoding="ascii") as stream:
            stream.write(f"{name}\n")
            stream.flush()
            os.fsync(stream.fileno())
        pointer.replace(self.path / "CURRENT")
        sync_folder(self.path)
        self.prune({name, before})

    def prune(self, keep: set[str]) -> None:
        """Removes other generations and what a killed builder left."""
        for path in self.path.iterdir():
            if path.name in keep:
                continue
            if path.is_dir() and path.name.startswith(("generation-", ".building-")):
                shutil.rmtree(path, ignore_errors=True)
            elif path.name.startswith(".CURRENT-"):
                path.unlink(missing_ok=True)


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sync_folder(path: Path) -> None:
    """Flushes a folder's entries to the disk, where the system can."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
