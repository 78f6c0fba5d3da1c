"""Storage is tested inside one transaction on each engine, and nothing of it is kept."""

from collections.abc import Iterator

import pytest

from tests.connections import Run, connections


@pytest.fixture
def within(database_url: str) -> Iterator[Run]:
    """Runs something in the transaction of the test."""
    made = connections(database_url)
    with made.held() as run:
        yield run
    made.close()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run such a test where asyncpg can wait for its server, as storage does in the bot."""
    if "within" not in pyfuncitem.fixturenames:
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    pyfuncitem.funcargs["within"](lambda _connection: pyfuncitem.obj(**arguments))
    return True
