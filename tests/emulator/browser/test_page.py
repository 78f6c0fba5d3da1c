"""The page around the chats: the clock, people, windows of any size, the keyboard, links, coming back."""

import asyncio
from datetime import datetime, timedelta

import pytest
from playwright.async_api import expect

from emulator import browser_chat
from emulator.server import Emulator
from tests.emulator.browser.studio import PHONE, Studio

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_clock_moves_to_the_next_due_thing_and_waits_for_it(studio: Studio) -> None:
    clock, handled = studio.telegram.clock, asyncio.Event()
    due_at = clock.now() + timedelta(hours=3)

    async def due() -> datetime | None:
        return due_at if clock.now() < due_at else None

    async def handle() -> None:
        await handled.wait()

    clock.due, clock.handle = due, handle
    await studio.opens()
    forward, hour = studio.page.locator("[data-role=clock-next]"), studio.page.locator("[data-role=clock-hour]")
    await expect(forward).to_contain_text("12:00")
    await forward.click()
    await expect(hour).to_be_disabled()
    handled.set()
    await expect(studio.page.locator("[data-role=clock]")).to_have_text("12:00")
    await expect(forward).to_contain_text("nothing is due")
    await hour.click()
    await expect(studio.page.locator("[data-role=clock]")).to_have_text("13:00")
    await studio.page.get_by_role("button", name="+1 day").click()
    await expect(studio.page.locator("[data-role=clock-day]")).to_have_text("Wed 2 Dec")


async def test_everything_on_the_way_to_a_tap_can_be_done_with_the_keyboard_alone(studio: Studio) -> None:
    await studio.calls("setMyCommands", commands=[{"command": c, "description": c} for c in ("balance", "book")])
    await studio.opens()
    keyboard = studio.page.keyboard
    await keyboard.press("Alt+1")
    await expect(studio.chat(studio.anna).locator("[data-role=start]")).to_be_focused()
    await keyboard.press("Enter")
    assert (await studio.hears("message"))["text"] == "/start"
    await expect(studio.chat(studio.anna).locator("[data-role=composer]")).to_be_focused()
    await keyboard.type("/b")
    await keyboard.press("ArrowDown")
    await expect(studio.chat(studio.anna).get_by_role("option", selected=True)).to_have_text("/bookbook")
    await keyboard.press("Enter")
    assert (await studio.hears("message"))["text"] == "/book"
    times = [{"text": "18:00", "callback_data": "18"}, {"text": "18:20", "callback_data": "1820"}]
    await studio.writes(studio.anna, "When?", times)
    await expect(studio.chat(studio.anna).get_by_role("button", name="18:20")).to_be_visible()
    while "18:20" not in await studio.page.evaluate("document.activeElement.textContent"):
        await keyboard.press("Shift+Tab")
    await keyboard.press("ArrowLeft")
    await keyboard.press("Space")
    assert (await studio.hears("callback_query"))["data"] == "18"
    await keyboard.press("Escape")
    await expect(studio.chat(studio.anna).locator("[data-role=composer]")).to_be_focused()


async def test_a_phone_sized_window_shows_one_chat_and_counts_what_came_to_the_others(studio: Studio) -> None:
    for person_id in (studio.anna, studio.tess):
        studio.telegram.start(person_id)
    await studio.opens(size=PHONE)
    await expect(studio.page.locator("[data-role=chat]")).to_have_count(1)
    assert await studio.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    await studio.writes(studio.tess, "New booking")
    switch = studio.chat(studio.anna).locator("[data-role=people-switch]")
    await expect(switch.locator(".badge")).to_have_text("1")
    await switch.click()
    await studio.page.locator(f"dialog [data-open-person='{studio.tess}']").click()
    await expect(studio.chat(studio.tess)).to_contain_text("New booking")
    await expect(studio.chat(studio.tess).locator(".switch .badge")).to_be_hidden()


async def test_a_new_message_does_not_move_somebody_who_reads_further_up(studio: Studio) -> None:
    studio.telegram.start(studio.anna)
    for number in range(30):
        await studio.writes(studio.anna, f"Line {number}")
    await studio.opens()
    messages = studio.chat(studio.anna).locator("[data-role=messages]")
    await expect(studio.chat(studio.anna).get_by_text("Line 29", exact=True)).to_be_in_viewport()
    await messages.evaluate("list => list.scrollTo(0, 0)")
    await expect(studio.chat(studio.anna).get_by_text("Line 0", exact=True)).to_be_in_viewport()
    await studio.writes(studio.anna, "The newest")
    pill = studio.chat(studio.anna).locator("[data-role=new-messages]")
    await expect(pill).to_have_text("1 new message")
    assert await messages.evaluate("list => list.scrollTop") == 0
    await pill.click()
    await expect(studio.chat(studio.anna).get_by_text("The newest")).to_be_in_viewport()


async def test_a_deep_link_in_one_chat_can_be_opened_as_somebody_else(studio: Studio) -> None:
    studio.telegram.start(studio.olga)
    await studio.hears("message")
    link = f"https://t.me/{studio.telegram.bot.username}?start=invite-7"
    await studio.writes(studio.olga, f"Give this to the trainer: {link}")
    await studio.opens()
    await studio.chat(studio.olga).get_by_role("link", name=link).click()
    await studio.page.locator(f"[data-open-as='{studio.tess}']").click()
    heard = await studio.hears("message")
    assert (heard["from"]["id"], heard["text"]) == (studio.tess, "/start invite-7")


async def test_an_added_person_gets_a_chat_and_can_block_and_unblock_the_bot(studio: Studio) -> None:
    await studio.opens()
    await studio.page.locator("[data-role=add-person-button]").click()
    await studio.page.get_by_label("First name").fill("Frida")
    await studio.page.get_by_role("button", name="Add", exact=True).click()
    frida = studio.page.get_by_role("region", name="Chat of Frida")
    await frida.locator("[data-role=start]").click()
    await frida.locator("[data-role=more]").click()
    await frida.get_by_role("menuitem", name="Block the bot").click()
    await frida.locator("[data-role=unblock]").click()
    await expect(frida.locator("[data-role=composer]")).to_be_visible()
    statuses = [(await studio.hears("my_chat_member"))["new_chat_member"]["status"] for _ in range(2)]
    assert statuses == ["kicked", "member"]


async def test_the_page_comes_back_by_itself_with_what_it_missed(studio: Studio) -> None:
    studio.telegram.start(studio.anna)
    await studio.opens()
    port = int(studio.emulator.url.rsplit(":", 1)[1])
    await studio.emulator.stop()
    await expect(studio.page.locator("[data-role=connection]")).to_have_text("Reconnecting…")
    studio.telegram.post(studio.anna, "bot", {"text": "While you were away"})
    again = Emulator(studio.telegram)
    again.app.add_routes(browser_chat.routes(studio.telegram))
    await again.start(port)
    await expect(studio.chat(studio.anna)).to_contain_text("While you were away")
    await expect(studio.page.locator("[data-role=connection]")).to_have_text("")
    await again.stop()


async def test_the_story_is_shown_until_it_is_dismissed(studio: Studio) -> None:
    await studio.opens()
    story = studio.page.locator("[data-role=story]")
    await expect(story).to_contain_text("Send /buy as Anna.")
    await story.locator("[data-role=story-dismiss]").click()
    await studio.page.reload()
    await expect(studio.page.locator("[data-role=guide-button]")).to_be_visible()
    await expect(story).to_be_hidden()


async def test_the_colours_follow_the_system_until_somebody_chooses(studio: Studio) -> None:
    await studio.page.emulate_media(color_scheme="dark")
    await studio.opens()
    root = studio.page.locator("html")
    await expect(root).to_have_attribute("data-scheme", "dark")
    await studio.page.get_by_role("button", name="Light or dark").click()
    await studio.page.reload()
    await expect(root).to_have_attribute("data-scheme", "light")


async def test_an_empty_stand_in_says_so_and_offers_to_add_a_person(studio: Studio) -> None:
    studio.telegram.people.clear()
    await studio.page.set_viewport_size(PHONE)
    await studio.page.goto(studio.emulator.url)
    await studio.page.locator(".nobody").get_by_role("button", name="Add a person").click()
    await studio.page.get_by_label("First name").fill("Mia")
    await studio.page.keyboard.press("Enter")
    await expect(studio.page.get_by_role("region", name="Chat of Mia")).to_be_visible()
