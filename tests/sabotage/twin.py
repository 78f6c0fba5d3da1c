"""What a sabotage twin is: the same program with one guard taken out, and the tests that have to notice.

Where one of two guards is enough, a twin takes out both. Which twins there are stands in `table`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Edit:
    """One place of the code: `old` stands in the file exactly once, and `new` takes its place."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """`guard` says in words what holds as long as nobody takes it out; `tests` are ids as pytest takes them."""

    name: str
    guard: str
    edits: Sequence[Edit]
    tests: Sequence[str]

    @property
    def files(self) -> list[str]:
        """The files that are changed."""
        return sorted({edit.file for edit in self.edits})


class Moved(Exception):
    """The code to be taken out is not there any more, or is there more than once."""


def sabotaged(twin: Twin, folder: Path) -> dict[Path, str]:
    """The changed files of the program in that folder, with their new text. Raises `Moved`."""
    texts = {folder / file: (folder / file).read_text() for file in twin.files}
    for edit in twin.edits:
        before = texts[folder / edit.file]
        if before.count(edit.old) != 1:
            raise Moved(f"{twin.name}: {before.count(edit.old)} places in {edit.file} for {edit.old!r}")
        texts[folder / edit.file] = before.replace(edit.old, edit.new)
    return texts
