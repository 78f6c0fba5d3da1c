"""Files that people and the bot sent: kept in memory, named by the ids and paths of the Bot API."""

import hashlib
import struct
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

MOST_PHOTO_BYTES = 10 * 1024 * 1024
MOST_UPLOAD_BYTES = 50 * 1024 * 1024
MOST_DOWNLOAD_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True)
class StoredFile:
    """A file at the server; `kind` is photo, document or sticker."""

    id: str
    unique_id: str
    kind: str
    name: str
    mime_type: str
    path: str
    content: bytes
    width: int = 0
    height: int = 0

    def as_file(self) -> dict[str, Any]:
        """The Bot API's File."""
        return {**self._ids(), "file_path": self.path}

    def as_photo(self) -> list[dict[str, Any]]:
        """The Bot API's sizes of a photo: one, the original."""
        return [{**self._ids(), "width": self.width, "height": self.height}]

    def as_document(self) -> dict[str, Any]:
        """The Bot API's Document."""
        return {"file_name": self.name, "mime_type": self.mime_type, **self._ids()}

    def as_sticker(self, emoji: str) -> dict[str, Any]:
        """The Bot API's Sticker."""
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return {**self._ids(), **shape, "emoji": emoji}

    def _ids(self) -> dict[str, Any]:
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": len(self.content)}


class Files:
    """All files, found by id or by path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(self, kind: str, content: bytes, name: str, mime_type: str = "application/octet-stream") -> StoredFile:
        """Keep a file and give it its names."""
        number = len(self._by_id) + 1
        width, height = picture_size(content) or (0, 0)
        suffix = PurePath(name).suffix or (".jpg" if kind == "photo" else "")
        stored = StoredFile(
            id=f"{kind}-{number}-{hashlib.sha256(content).hexdigest()[:24]}",
            unique_id=hashlib.sha256(content).hexdigest()[:16],
            kind=kind,
            name=PurePath(name).name,
            mime_type=mime_type,
            path=f"{kind}s/file_{number}{suffix}",
            content=content,
            width=width,
            height=height,
        )
        self._by_id[stored.id] = self._by_path[stored.path] = stored
        return stored

    def get(self, file_id: str) -> StoredFile | None:
        """The file of an id."""
        return self._by_id.get(file_id)

    def at_path(self, path: str) -> StoredFile | None:
        """The file of a `file_path`."""
        return self._by_path.get(path)


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF or JPEG; None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content[:6] in {b"GIF87a", b"GIF89a"} and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    return _jpeg_size(content) if content.startswith(b"\xff\xd8") else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
