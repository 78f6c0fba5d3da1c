"""What the tests of the page share: the stand-in with its people, the bot as a test plays it, and the page."""

import base64
import json
from typing import Any

import aiohttp
from playwright.async_api import Locator, Page, expect

from emulator.server import Emulator

Json = dict[str, Any]

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
STORY = [{"title": "Buy 10 units", "text": "Send /buy as Anna."}]
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class Studio:
    """The stand-in with its people, the bot as the test plays it, and the page that is looked at."""

    def __init__(self, emulator: Emulator, http: aiohttp.ClientSession, page: Page) -> None:
        self.emulator, self.telegram, self.page = emulator, emulator.telegram, page
        self._http = http
        self._offset = 0
        self.anna = self.telegram.add_person("Anna", last_name="Berg", about="Trainee. Tries to book.").id
        self.tess = self.telegram.add_person("Tess", about="Trainer").id
        self.olga = self.telegram.add_person("Olga", about="Admin").id

    async def calls(self, method: str, **parameters: Any) -> Any:
        """The bot calls a method."""
        form = aiohttp.FormData()
        for name, value in parameters.items():
            if isinstance(value, tuple):
                form.add_field(name, value[1], filename=value[0])
            else:
                form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        url = f"{self.emulator.url}/bot{self.telegram.token}/{method}"
        async with self._http.post(url, data=form) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def hears(self, kind: str) -> Json:
        """The bot waits for the next update of a kind."""
        while True:
            for update in await self.calls("getUpdates", offset=self._offset, timeout=10, limit=1):
                self._offset = update["update_id"] + 1
                if kind in update:
                    heard: Json = update[kind]
                    return heard

    async def writes(self, person_id: int, text: str, *rows: list[Json], **more: Any) -> Any:
        """The bot writes to a person, with rows of inline buttons if there are any."""
        markup = {"reply_markup": {"inline_keyboard": rows}} if rows else {}
        return await self.calls("sendMessage", chat_id=person_id, text=text, parse_mode="HTML", **markup, **more)

    async def sells(self, person_id: int) -> None:
        """The bot sends an invoice over €220."""
        await self.calls("sendInvoice", chat_id=person_id, **self.order())

    def order(self) -> Json:
        """What the bot sells, as parameters."""
        return {
            "title": "10 units",
            "description": "Ten units of 20 minutes",
            "payload": "order-1",
            "provider_token": self.telegram.cashier.provider_token,
            "currency": "EUR",
            "prices": [{"label": "10 units", "amount": 24000}, {"label": "Discount", "amount": -2000}],
        }

    async def opens(self, *, size: Any = WIDE, people: str = "") -> None:
        """Somebody looks at the page."""
        await self.page.set_viewport_size(size)
        await self.page.goto(f"{self.emulator.url}/{people and f'?people={people}'}")
        await expect(self.page.locator("[data-role=chat]").first).to_be_visible()

    def chat(self, person_id: int) -> Locator:
        """A person's column."""
        return self.page.locator(f"[data-person='{person_id}']")
