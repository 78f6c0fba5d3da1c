"""How aiogram is loaded: without what nobody uses (docs/decisions/0014)."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import get_annotations
from typing import Any

from pydantic import BaseModel, ConfigDict


def load_aiogram() -> None:
    """Import aiogram, whose types and methods are built when they are first used. To be called before anything does.

    Its import builds the models of all types and methods of the Bot API, of which there are some six hundred and a bot
    uses a few dozen; that takes longer than all other imports together, and most of the memory. pydantic can build a
    model at its first use (`defer_build`), if only it knows what the names in the annotations mean; so that is all that
    is seen to here. An aiogram that is imported already stays as it is.
    """
    if "aiogram" in sys.modules:
        return
    build = vars(BaseModel)["model_rebuild"].__func__
    names: dict[str, Any] = {}

    def tell_names(model: type[BaseModel], /, *, _types_namespace: dict[str, Any] | None = None, **how: Any) -> Any:
        """What aiogram has called for each of its types, once all are there."""
        if _types_namespace is None:
            return build(model, **how)
        if not names:
            names.update(_types_namespace)
        _tell(model, names)
        return None

    with _instead("model_config", ConfigDict(defer_build=True)), _instead("model_rebuild", classmethod(tell_names)):
        from aiogram import methods
    for method in vars(methods).values():
        if isinstance(method, type) and issubclass(method, BaseModel):
            _tell(method, names)


@contextmanager
def _instead(name: str, value: object) -> Iterator[None]:
    """Something else in place of an attribute of all models that are made meanwhile."""
    before = vars(BaseModel)[name]
    setattr(BaseModel, name, value)
    try:
        yield
    finally:
        setattr(BaseModel, name, before)


def _tell(model: type[BaseModel], names: dict[str, Any]) -> None:
    """Let pydantic find what aiogram imports for type checkers alone, and nothing that is called alike elsewhere.

    It looks into the model that is built first, before the place that happens to build it; then, for each of the models
    that this one consists of, into their modules.
    """
    model.__pydantic_parent_namespace__ = names
    module = vars(sys.modules[model.__module__])
    used = {word for each in get_annotations(model).values() for word in re.findall(r"\w+", str(each))}
    module |= {name: names[name] for name in used & names.keys() - module.keys()}
