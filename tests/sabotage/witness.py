"""A plugin for pytest that writes down how each test of a run ended, with the type of what ended it.

A guard that is missing has to be noticed by a test that fails; a twin that cannot even be imported proves nothing.
Each line of the file that `SABOTAGE_WITNESS` names is one of these entries in JSON.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

FLOORS = frozenset({"app", "bot", "domain", "emulator", "jobs", "payments", "storage", "web"})


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> None:
    """Note a phase of a test: `setup`, `call` or `teardown`."""
    failed = call.excinfo
    said = failed.exconly().partition("\n")[0] if failed else ""
    _write(test=item.nodeid, phase=call.when, error=failed.typename if failed else "", said=said)


def pytest_sessionfinish() -> None:
    """Note which modules of the program came from elsewhere than the folder of this run."""
    ours = {name: module.__file__ for name, module in sys.modules.items() if name.partition(".")[0] in FLOORS}
    strangers = [name for name, file in ours.items() if file and not Path(file).is_relative_to(Path.cwd())]
    _write(strangers=strangers)


def _write(**facts: Any) -> None:
    with Path(os.environ["SABOTAGE_WITNESS"]).open("a") as file:
        file.write(json.dumps(facts) + "\n")
