"""How aiogram is loaded: without what nobody uses (docs/decisions/0014)."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel, ConfigDict


def load_aiogram() -> None:
    """Import aiogram, each of whose models is built when it is first used. To be called before anything imports it.

    An import builds the models of all methods, and at its end of all types of the Bot API, of which there are some six
    hundred and a bot uses a few dozen; that takes longer than all other imports together, and most of the memory.
    pydantic can build a model at its first use (`defer_build`), if only it knows what the names in the annotations
    mean; so that is all that is seen to here. An aiogram that is imported already stays as it is.
    """
    if "aiogram" not in sys.modules:
        with (
            _instead("model_config", ConfigDict(defer_build=True)),
            _instead("model_rebuild", classmethod(_tell_names)),
        ):
            import aiogram  # noqa: F401


@contextmanager
def _instead(name: str, value: object) -> Iterator[None]:
    """Something else in place of an attribute of all models that are made meanwhile."""
    before = vars(BaseModel)[name]
    setattr(BaseModel, name, value)
    try:
        yield
    finally:
        setattr(BaseModel, name, before)


def _tell_names(model: type[BaseModel], *, _types_namespace: dict[str, Any]) -> None:
    """Let pydantic find what aiogram imports for type checkers alone: in the type, and in its module for other types.

    In the type as well, since otherwise what is called alike where it is first used would be found there.
    """
    model.__pydantic_parent_namespace__ = _types_namespace
    module = vars(sys.modules[model.__module__])
    module |= {name: _types_namespace[name] for name in _types_namespace.keys() - module.keys()}
