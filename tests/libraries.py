"""aiogram as the product loads it; to be imported before anything that imports aiogram."""

from app.libraries import load_aiogram

load_aiogram()
