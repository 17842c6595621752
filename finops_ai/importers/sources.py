"""From the paths a user names to the files to read: folders, globs, gzip and zip."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from threading import Thread

from finops_ai.errors import InputError

_GLOB_SIGNS = "*?["
_GZIP_MAGIC = b"\x1f\x8b"
_ZIP_MAGIC = b"PK\x03\x04"
_CHUNK_BYTES = 1 << 20
_TAIL_BYTES = 64
_FEW_LINES = 500
_BEFORE_JSON = b"\xef\xbb\xbf \t\r\n"
KNOWN_SUFFIXES = (".csv", ".json", ".jsonl", ".ndjson", ".parquet", ".gz", ".zip")
_ZIPPED_SUFFIXES = KNOWN_SUFFIXES[:-1]
ZIP_MAX_BYTES = 8 << 30
ZIP_MAX_RATIO = 200
GZIP_FREE_BYTES = 256 << 20
"""So much a gzip file may unpack to, whatever its size; beyond it ZIP_MAX_RATIO counts."""
ZIP_MAX_MEMBERS = 10_000


@dataclass(frozen=True)
class SourceFile:
    """One file to import.

    `path` is what is read, `display` what people are told (``a.zip!b.csv`` for an archive's
    member), `named` says that the user named the file itself rather than a folder around it,
    `refusal` that it cannot be opened: it is reported, and the files around it are read.
    `passed_over` says why a file that the user did not name is left alone.
    """

    path: Path
    display: str
    named: bool = True
    refusal: InputError | None = None
    passed_over: str | None = None

    @property
    def is_read(self) -> bool:
        """False when it is only reported."""
        return self.refusal is None and self.passed_over is None

    @cached_property
    def size_bytes(self) -> int:
        """Bytes on disk, compressed if the file is."""
        return self.path.stat().st_size

    @cached_property
    def gzipped(self) -> bool:
        """True when the content starts as gzip does, whatever the name says."""
        with self.path.open("rb") as file:
            return file.read(2) == _GZIP_MAGIC


@dataclass(frozen=True)
class Digest:
    """SHA-256 of the bytes on disk, and what was seen of the (unpacked) content.

    `lines` is 0 for a file that cannot be JSON, where nobody asks. `ends_whole` is False when the
    last line does not end as a JSON record does.
    """

    sha256: str
    lines: int
    ends_whole: bool


def find_sources(paths: Sequence[Path], *, workdir: Path) -> list[SourceFile]:
    """Every file under `paths`, in a stable order; zip members are unpacked below `workdir`.

    Raises InputError for a path that is not there and for a folder without a file to read.
    """
    found: list[SourceFile] = []
    for path in paths:
        found += _expand(path)
    sources: list[SourceFile] = []
    for number, source in enumerate(found):
        try:
            _require_unicode_name(source)
            if source.passed_over is not None:
                sources.append(source)
                continue
            # A folder for each archive: two archives of one name must not unpack over each other.
            sources += _unzip(source, workdir / f"zip-{number}") if _is_zip(source.path) else [source]
        except InputError as error:
            if source.named:
                raise
            sources.append(replace(source, refusal=error))
    return list(dict.fromkeys(sources))


def _require_unicode_name(source: SourceFile) -> None:
    try:
        str(source.path).encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"{source.display}: the file's name is not valid Unicode.", hint="Rename it."
        ) from error


def own_name(display: str) -> str:
    """A file's name without its folder or archive."""
    return Path(display.rpartition("!")[2]).name


def plainly_named(source: SourceFile, target: Path) -> SourceFile:
    """`source` itself, or, when DuckDB would expand its name as a glob, the same bytes as `target`."""
    if not any(sign in str(source.path) for sign in _GLOB_SIGNS):
        return source
    try:
        target.hardlink_to(source.path)
    except OSError:
        shutil.copyfile(source.path, target)
    return SourceFile(target.resolve(), source.display, source.named)


def digest(source: SourceFile) -> Digest:
    """Hash the file and count its lines in one pass; a damaged gzip is an InputError.

    DuckDB notices a gzip that ends early but not a wrong checksum, so it is tested here.
    """
    try:
        return _digest_gzip(source) if source.gzipped else _digest_plain(source.path)
    except OSError as error:
        raise _unreadable(source, error) from error


def _unreadable(source: SourceFile, error: OSError) -> InputError:
    return InputError(
        f"{source.display}: cannot be read: {error.strerror}.", hint="Check the file's permissions."
    )


class BackgroundDigest:
    """The digest of a large file, taken while the file is loaded: reading a value waits for it."""

    def __init__(self, source: SourceFile) -> None:
        self._found: Digest | InputError | None = None
        with source.path.open("rb") as file:
            file.seek(max(0, source.size_bytes - _TAIL_BYTES))
            self.ends_whole = _ends_whole(file.read())
        # A daemon: a run that is interrupted does not wait for it.
        self._thread = Thread(target=self._take, args=(source,), daemon=True)
        self._thread.start()

    @property
    def sha256(self) -> str:
        """As Digest.sha256; InputError when the file could not be read to its end."""
        return self._waited().sha256

    @property
    def lines(self) -> int:
        """As Digest.lines; InputError when the file could not be read to its end."""
        return self._waited().lines

    def _take(self, source: SourceFile) -> None:
        try:
            self._found = digest(source)
        except InputError as error:
            self._found = error

    def _waited(self) -> Digest:
        self._thread.join()
        if isinstance(self._found, InputError):
            raise self._found
        assert self._found is not None
        return self._found


def digest_in_background(source: SourceFile) -> BackgroundDigest:
    """Start to hash the file: SHA-256 keeps one core busy, and loading leaves room for it."""
    try:
        return BackgroundDigest(source)
    except OSError as error:
        raise _unreadable(source, error) from error


def gzip_refusal(source: SourceFile, why: str) -> InputError:
    """The error for a gzip file that does not unpack."""
    return InputError(
        f"{source.display}: the gzip data is damaged: {why}.", hint="Download or copy the file again."
    )


def _digest_plain(path: Path) -> Digest:
    sha, lines, tail, is_json = hashlib.sha256(), 0, b"", False
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            sha.update(chunk)
            is_json = is_json or (not tail and chunk.lstrip(_BEFORE_JSON)[:1] in (b"{", b"["))
            lines += _newlines(chunk) if is_json else 0
            tail = (tail + chunk[-_TAIL_BYTES:])[-_TAIL_BYTES:]
    return _digest_of(sha.hexdigest(), lines, tail)


def _digest_gzip(source: SourceFile) -> Digest:
    sha, lines, tail, unpacked = hashlib.sha256(), 0, b"", 0
    unpacked_max = GZIP_FREE_BYTES + ZIP_MAX_RATIO * source.size_bytes
    member: zlib._Decompress | None = None
    with source.path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            sha.update(chunk)
            while chunk:
                member = member or zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
                try:
                    text = member.decompress(chunk, 16 * _CHUNK_BYTES)
                except zlib.error as error:
                    raise gzip_refusal(source, str(error).split(": ", 1)[-1]) from error
                unpacked += len(text)
                if unpacked > unpacked_max:
                    raise InputError(
                        f"{source.display}: the gzip file unpacks to more than {unpacked_max:,} bytes.",
                        hint="Unpack it yourself if that is right, and ingest the file.",
                    )
                lines += _newlines(text)
                tail = (tail + text[-_TAIL_BYTES:])[-_TAIL_BYTES:]
                chunk = member.unconsumed_tail
                if member.eof:  # a gzip file may hold several members; DuckDB reads no padding
                    chunk, member = member.unused_data, None
    if member is not None:
        raise gzip_refusal(source, "it ends early")
    return _digest_of(sha.hexdigest(), lines, tail)


def _newlines(chunk: bytes) -> int:
    """`chunk.count` takes 0.28 s a GB; where lines are long, as in logs, looking for each takes 0.05 s."""
    found = position = 0
    while found < _FEW_LINES:
        position = chunk.find(b"\n", position) + 1
        if not position:
            return found
        found += 1
    return found + chunk.count(b"\n", position)


def _digest_of(sha256: str, newlines: int, tail: bytes) -> Digest:
    unended = 0 if tail[-1:] in (b"", b"\n") else 1
    return Digest(sha256, newlines + unended, _ends_whole(tail))


def _ends_whole(tail: bytes) -> bool:
    return tail.rstrip()[-1:] in (b"}", b"]")


def open_text_bytes(source: SourceFile) -> Iterator[bytes]:
    """The unpacked content, line by line, as bytes."""
    with gzip.open(source.path) if source.gzipped else source.path.open("rb") as file:
        yield from file


def _expand(path: Path) -> list[SourceFile]:
    if path.is_dir():
        files = sorted(
            file for file in path.rglob("*") if file.is_file() and file.suffix.lower() in KNOWN_SUFFIXES
        )
        if not files:
            raise InputError(
                f"{path}: no file to import in this folder.",
                hint=f"Files that end in {', '.join(KNOWN_SUFFIXES)} are looked at.",
            )
        return [_found_below(path.resolve(), file) for file in files]
    if path.is_file():
        return [SourceFile(path.resolve(), str(path))]
    if path.exists():
        raise InputError(
            f"{path}: is a pipe or a device, not a file.",
            hint="A file is read more than once: write it to disk first.",
        )
    if any(sign in str(path) for sign in _GLOB_SIGNS):
        root = Path(path.anchor) if path.is_absolute() else Path()
        pattern = str(path.relative_to(path.anchor)) if path.is_absolute() else str(path)
        matches = sorted(root.glob(pattern))
        if matches:
            return [source for match in matches for source in _expand(match)]
    raise InputError(f"{path}: there is no such file or folder.", hint="Check the spelling of the path.")


def _found_below(folder: Path, file: Path) -> SourceFile:
    """`file` of `folder`; a link out of the folder is passed over: the user named what is inside."""
    target = file.resolve()
    if target.is_relative_to(folder):
        return SourceFile(target, str(file), named=False)
    why = f"{file}: is a link to a file outside the folder: name it itself to read it."
    return SourceFile(file, str(file), named=False, passed_over=why)


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == _ZIP_MAGIC


def _unzip(source: SourceFile, workdir: Path) -> list[SourceFile]:
    try:
        with zipfile.ZipFile(source.path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            if source.named:
                _refuse_workbook(source, members)
            _refuse_bomb(source, members)
            wanted = [info for info in members if _is_wanted(info.filename)]
            if source.named and not wanted:
                raise InputError(
                    f"{source.display}: no file to import in this zip archive.",
                    hint=f"Files that end in {', '.join(_ZIPPED_SUFFIXES)} are looked at.",
                )
            unpacked = [
                SourceFile(
                    _unpack(archive, info, workdir / str(number), source),
                    f"{source.display}!{info.filename}",
                    named=False,
                )
                for number, info in enumerate(wanted)
            ]
            return [*unpacked, *_inner_archives(source, members)]
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise InputError(
            f"{source.display}: the zip archive is damaged: {error}.", hint="Download or copy the file again."
        ) from error
    except (RuntimeError, NotImplementedError) as error:
        raise InputError(
            f"{source.display}: the zip archive is encrypted or packed in a way that is not read.",
            hint="Unpack it yourself and ingest the files.",
        ) from error


def _inner_archives(source: SourceFile, members: Sequence[zipfile.ZipInfo]) -> Iterator[SourceFile]:
    """Archives inside the archive: they are not opened, and that is said."""
    for info in members:
        if info.filename.lower().endswith(".zip"):
            display = f"{source.display}!{info.filename}"
            why = f"{display}: is an archive inside an archive, which is not opened: unpack the outer one."
            yield SourceFile(source.path, display, named=False, passed_over=why)


def _is_wanted(name: str) -> bool:
    # macOS lays a shadow of every file beside it; it holds no data.
    shadow = name.startswith("__MACOSX/") or Path(name).name.startswith("._")
    return name.lower().endswith(_ZIPPED_SUFFIXES) and not shadow


def _refuse_workbook(source: SourceFile, members: Sequence[zipfile.ZipInfo]) -> None:
    if any(info.filename in {"[Content_Types].xml", "mimetype"} for info in members):
        raise InputError(
            f"{source.display}: is a workbook or document, not an archive of files.", hint="Save it as CSV."
        )


def _refuse_bomb(source: SourceFile, members: Sequence[zipfile.ZipInfo]) -> None:
    unpacked = sum(info.file_size for info in members)
    packed = max(1, sum(info.compress_size for info in members))
    if (
        len(members) > ZIP_MAX_MEMBERS
        or unpacked > ZIP_MAX_BYTES
        or unpacked > ZIP_MAX_RATIO * packed + (1 << 20)
    ):
        raise InputError(
            f"{source.display}: the zip archive would unpack to {unpacked:,} bytes "
            f"in {len(members):,} {'file' if len(members) == 1 else 'files'}.",
            hint="Unpack it yourself if that is right, and ingest the files.",
        )


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, source: SourceFile) -> Path:
    # The member's own name never becomes a path: an archive cannot write outside `workdir`.
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with archive.open(info) as packed, target.open("wb") as unpacked:
        while chunk := packed.read(_CHUNK_BYTES):
            written += len(chunk)
            if written > info.file_size:
                raise InputError(
                    f"{source.display}: {info.filename} is larger than the archive says.",
                    hint="The archive is damaged or hostile: get it again from its source.",
                )
            unpacked.write(chunk)
    return target.resolve()
