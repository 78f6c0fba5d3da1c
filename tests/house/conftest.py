"""The tree that the house's rules are about: the files that git tracks or would track."""

import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parents[2]


@pytest.fixture(scope="session")
def tree(root: Path) -> list[Path]:
    """Every file of the project, relative to its root; what git ignores is left out."""
    if not (root / ".git").exists():
        pytest.skip("this is no git checkout, so nothing says which files belong to the project")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return [Path(name) for name in listed.split("\0") if name and (root / name).is_file()]
