"""The lock files pin everything by hash, name no host, agree with pyproject.toml, and are the only ones."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

LOCKS = ("requirements.lock", "requirements-dev.lock")

_LOCK_NAME = re.compile(r"\.lock$|(^|[-_.])lock\.(json|ya?ml|toml|txt)$|^pylock\.|shrinkwrap", re.IGNORECASE)
_HOST = re.compile(r"//|\bwww\.|^-", re.MULTILINE)
_PINNED = re.compile(
    r"^(?P<name>[a-z0-9][a-z0-9.-]*)==(?P<version>[^\s;]+)(?P<rest>.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL
)
_REQUIREMENT_LINE = re.compile(r"^[^\s#].*$", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")


def pins(text: str) -> dict[str, str]:
    return {found["name"]: found["version"] for found in _PINNED.finditer(text)}


def wanted(project: dict[str, Any], lock: str) -> list[Requirement]:
    """The direct requirements that a lock was made from."""
    groups = project["dependency-groups"]
    lines = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["demo"],
        *groups["build"],
    ]
    return [Requirement(line) for line in (lines if lock == LOCKS[0] else [*lines, *groups["dev"]])]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_no_index(root: Path, lock: str) -> None:
    assert _HOST.findall((root / lock).read_text()) == []


@pytest.mark.parametrize("line", ["-i https:x", "--index-url x", "--find-links y", "a @ git+ssh://b", "# see www.b.c"])
def test_a_host_in_a_lock_would_be_seen(line: str) -> None:
    assert _HOST.search(f"a==1 \\\n    --hash=sha256:0\n{line}\n")


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_in_a_lock_is_pinned_to_a_version_and_has_hashes(root: Path, lock: str) -> None:
    text = (root / lock).read_text()
    assert len(_REQUIREMENT_LINE.findall(text)) == len(pins(text)) > 0
    assert [found["name"] for found in _PINNED.finditer(text) if not _HASH.search(found["rest"])] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_what_pyproject_asks_for_within_its_bounds(root: Path, lock: str) -> None:
    pinned = pins((root / lock).read_text())
    project = tomllib.loads((root / "pyproject.toml").read_text())
    versions = {need: pinned.get(canonicalize_name(need.name)) for need in wanted(project, lock)}
    assert [
        str(need) for need, version in versions.items() if not version or Version(version) not in need.specifier
    ] == []


def test_development_uses_the_versions_that_run(root: Path) -> None:
    run, development = (pins((root / lock).read_text()) for lock in LOCKS)
    assert run.items() <= development.items()


def test_no_other_lock_is_kept(tree: list[Path]) -> None:
    assert sorted(str(path) for path in tree if _LOCK_NAME.search(path.name)) == sorted(LOCKS)


@pytest.mark.parametrize("name", ["uv.lock", "poetry.lock", "package-lock.json", "pnpm-lock.yaml", "pylock.toml"])
def test_another_lock_would_be_seen(name: str) -> None:
    assert _LOCK_NAME.search(name)
