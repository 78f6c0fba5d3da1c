"""The project speaks of itself only: no path of the machine it was written on, one version, the promised targets."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

# Put together from their parts, so that this file does not hold what it looks for.
MACHINE_PATHS = tuple("/".join(parts) for parts in (("", "work", ""), ("..", "shared"), ("", "root", "")))
SAYING = {"t", "n", "plain"}
"""The methods of `Words` that put something into words."""
SENTENCES = ("screens/", "keyboards/", "commands.py", "words.py")
TARGETS = ("demo", "test", "lint", "format", "audit", "screenshots", "lock")


def text_of(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


@pytest.mark.parametrize("needle", MACHINE_PATHS)
def test_no_text_names_a_path_of_one_machine(root: Path, tree: list[Path], needle: str) -> None:
    texts = {str(path): text for path in tree if (text := text_of(root / path)) is not None}
    assert texts
    assert [path for path, text in texts.items() if needle in text] == []


def says_something(node: ast.AST) -> bool:
    """Whether this is a call like `words.t("…")`."""
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SAYING
    return called and any(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in node.args)


def test_sentences_stand_where_the_contributing_guide_says(root: Path) -> None:
    modules = {path.relative_to(root / "bot").as_posix(): path for path in (root / "bot").rglob("*.py")}
    saying = {name for name, path in modules.items() if any(map(says_something, ast.walk(ast.parse(path.read_text()))))}
    assert {"screens/home.py", "keyboards/home.py"} <= saying
    assert [name for name in sorted(saying) if not name.startswith(SENTENCES)] == []


@pytest.mark.parametrize("target", TARGETS)
def test_the_makefile_has_the_target_and_explains_it(root: Path, target: str) -> None:
    makefile = (root / "Makefile").read_text()
    assert re.search(rf"^{target}:.* ## \S", makefile, re.MULTILINE)
    assert re.search(rf"^\.PHONY:.*\b{target}\b", makefile, re.MULTILINE)


def test_the_ci_runs_the_readme_s_own_test_command(root: Path) -> None:
    assert re.search(r"^make test\b", (root / "README.md").read_text(), re.MULTILINE)
    steps = re.findall(r"^step \S+ (.+)$", (root / ".ci" / "run").read_text(), re.MULTILINE)
    assert [" ".join(step.split()[:2]) for step in steps] == ["make test", "make lint", "make simulate"]


def test_the_version_is_the_changelog_s_latest(root: Path) -> None:
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    headings = re.findall(r"^## \[(.+?)\]", (root / "CHANGELOG.md").read_text(), re.MULTILINE)
    released = [heading for heading in headings if heading != "Unreleased"]
    assert headings
    assert released[:1] in ([], [version])
    assert "Unreleased" not in headings[1:]
