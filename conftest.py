"""Loaded by pytest before all tests, so that none of them imports aiogram otherwise than the product."""

from tests import libraries  # noqa: F401
