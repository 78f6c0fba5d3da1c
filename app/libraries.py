"""How aiogram is loaded: without what nobody uses (docs/decisions/0014)."""

import sys
from typing import Any

from pydantic import BaseModel


def load_aiogram() -> None:
    """Import aiogram, each of whose types is built when it is first used. To be called before anything imports it.

    aiogram asks pydantic at its end to build all its types, of which there are some four hundred and a bot uses a few
    dozen; that takes longer than all other imports together, and most of the memory. pydantic builds a type at its
    first use all the same (aiogram sets `defer_build`), if only it knows what the names in the annotations mean; so
    that is all that is seen to here. An aiogram that is imported already stays as it is.
    """
    if "aiogram" in sys.modules:
        return
    build = vars(BaseModel)["model_rebuild"]
    BaseModel.model_rebuild = classmethod(_tell_names)  # type: ignore[method-assign,assignment]
    try:
        import aiogram.types  # noqa: F401
    finally:
        BaseModel.model_rebuild = build  # type: ignore[method-assign]


def _tell_names(model: type[BaseModel], *, _types_namespace: dict[str, Any]) -> None:
    """Let pydantic find what aiogram imports for type checkers alone: in the type, and in its module for other types.

    In the type as well, since otherwise what is called alike where it is first used would be found there.
    """
    model.__pydantic_parent_namespace__ = _types_namespace
    module = vars(sys.modules[model.__module__])
    module |= {name: _types_namespace[name] for name in _types_namespace.keys() - module.keys()}
