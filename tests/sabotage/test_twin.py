"""The table of sabotages fits the code as it is now. Whether each is caught is told by `make sabotage`."""

import ast
from collections import Counter
from functools import lru_cache

import pytest

from tests.sabotage.table import TWINS
from tests.sabotage.trial import ROOT, End, Trial
from tests.sabotage.twin import Twin, sabotaged


@lru_cache
def functions_in(file: str) -> frozenset[str]:
    """The names of the test functions in a file."""
    nodes = ast.parse((ROOT / file).read_text()).body
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_no_two_twins_have_one_name() -> None:
    assert [name for name, count in Counter(twin.name for twin in TWINS).items() if count > 1] == []


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.name)
def test_what_a_twin_takes_out_is_there_once_and_the_rest_compiles(twin: Twin) -> None:
    for file, text in sabotaged(twin, ROOT).items():
        assert text != file.read_text()
        compile(text, file, "exec")


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.name)
def test_the_tests_that_have_to_notice_exist(twin: Twin) -> None:
    assert twin.tests
    for test in twin.tests:
        file, _, name = test.partition("[")[0].partition("::")
        assert name in functions_in(file), test


@pytest.mark.parametrize(
    ("status", "phase", "error", "said", "caught"),
    [
        (1, "call", "AssertionError", "assert 2 == 1", True),
        (1, "call", "Failed", "Failed: DID NOT RAISE <class 'ValueError'>", True),
        (1, "call", "Failed", "Failed: Timeout (>120.0s) from pytest-timeout.", False),
        (1, "call", "NameError", "NameError: name 'x' is not defined", False),
        (1, "setup", "AssertionError", "assert 2 == 1", False),
        (2, "call", "AssertionError", "assert 2 == 1", False),
        (0, "call", "", "", False),
    ],
)
def test_only_a_test_that_notices_something_catches(
    status: int, phase: str, error: str, said: str, caught: bool
) -> None:
    ended = Trial(status, [End("a test", phase, error, said)], 0.0, "")
    assert bool(ended.caught_by) is caught
