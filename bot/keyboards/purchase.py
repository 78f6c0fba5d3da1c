"""Buttons of buying and of the balance. `back` is the slot to return to after paying, as `Slot.pack` writes it."""

from aiogram.filters.callback_data import CallbackData


class OpenShop(CallbackData, prefix="by"):
    """What is on sale; `back` names the slot to return to (`trainer-type-start`)."""

    back: str = ""


class OpenBalance(CallbackData, prefix="bl"):
    """The units, free and held."""
