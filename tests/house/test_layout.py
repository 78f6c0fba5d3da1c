"""What the import contracts cannot say: a domain of the standard library alone, and tests that mirror the floors."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

FLOORS = ("app", "bot", "domain", "emulator", "jobs", "payments", "storage", "web")
OTHER_TESTS = ("faults", "house", "journeys", "properties", "sabotage", "security", "simulation")


def modules_of(root: Path, floor: str) -> list[Path]:
    return [path for path in (root / floor).rglob("*.py") if path.name != "__init__.py"]


def imported_by(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def has_its_namesake(root: Path, test: Path) -> bool:
    """Whether `tests/floor/test_name.py` tests `floor/name.py` or `floor/name/`; `test_name_more.py` may, too."""
    words = test.stem.removeprefix("test_").split("_")
    names = {"_".join(words[: length + 1]) for length in range(len(words))}
    folder = root / test.parent.relative_to("tests")
    return any((folder / f"{name}.py").is_file() or (folder / name).is_dir() for name in names)


def test_the_domain_imports_only_itself_and_the_standard_library(root: Path) -> None:
    allowed = sys.stdlib_module_names | {"domain"}
    found = {(path.name, name) for path in modules_of(root, "domain") for name in imported_by(path)}
    assert found
    assert {(path, name) for path, name in found if name.split(".")[0] not in allowed} == set()


def test_every_floor_with_modules_has_its_folder_of_tests(root: Path) -> None:
    floors = [floor for floor in FLOORS if modules_of(root, floor)]
    assert [floor for floor in floors if not any((root / "tests" / floor).rglob("test_*.py"))] == []


def test_tests_lie_under_a_floor_or_a_known_kind(tree: list[Path]) -> None:
    folders = {path.parts[1] for path in tree if path.parts[0] == "tests" and len(path.parts) > 2}
    assert folders <= {*FLOORS, *OTHER_TESTS}


def test_a_test_of_a_floor_is_named_after_its_module(root: Path, tree: list[Path]) -> None:
    tests = [path for path in tree if path.name.startswith("test_") and path.parts[:1] == ("tests",)]
    of_floors = [path for path in tests if path.parts[1] in FLOORS and path.parts[1] != "emulator"]
    assert of_floors, "the stand-in alone is tested by what it answers, not module by module"
    assert [str(path) for path in of_floors if not has_its_namesake(root, path)] == []
