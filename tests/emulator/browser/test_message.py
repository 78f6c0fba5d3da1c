"""What stands in a chat, and what a person can do with it: taps, screens, formatted and hostile text, files."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.emulator.browser.studio import PIXEL, Studio

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_tap_spins_until_the_bot_answers_with_a_toast(studio: Studio) -> None:
    studio.telegram.start(studio.anna)
    await studio.writes(studio.anna, "Home", [{"text": "Units", "callback_data": "units", "style": "primary"}])
    await studio.opens()
    button = studio.chat(studio.anna).locator("button[data-row='0'][data-column='0']")
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    query = await studio.hears("callback_query")
    assert query["data"] == "units"
    await studio.calls("answerCallbackQuery", callback_query_id=query["id"], text="8 free")
    await expect(studio.chat(studio.anna).locator("[data-role=toast]")).to_have_text("8 free")
    await expect(button).not_to_have_attribute("aria-busy", "true")


async def test_an_alert_holds_only_its_own_chat_and_closes_with_escape(studio: Studio) -> None:
    for person_id in (studio.anna, studio.tess):
        studio.telegram.start(person_id)
        await studio.writes(person_id, "Home", [{"text": "18:00", "callback_data": "book"}])
    await studio.opens()
    await studio.chat(studio.anna).get_by_role("button", name="18:00").click()
    query = await studio.hears("callback_query")
    await studio.calls("answerCallbackQuery", callback_query_id=query["id"], text="Just taken", show_alert=True)
    alert = studio.chat(studio.anna).get_by_role("alertdialog")
    await expect(alert).to_contain_text("Just taken")
    await studio.chat(studio.tess).locator("[data-role=composer]").fill("still usable")
    await alert.get_by_role("button", name="OK").press("Escape")
    await expect(alert).to_have_count(0)


async def test_an_edited_screen_changes_in_place_and_keeps_the_focus_on_its_button(studio: Studio) -> None:
    studio.telegram.start(studio.anna)
    sent = await studio.writes(studio.anna, "Step 1", [{"text": "Next", "callback_data": "1"}])
    await studio.opens()
    message = studio.chat(studio.anna).locator(f".message[data-message='{sent['message_id']}']")
    await message.get_by_role("button", name="Next").focus()
    await studio.calls(
        "editMessageText",
        chat_id=studio.anna,
        message_id=sent["message_id"],
        text="Step 2",
        reply_markup={"inline_keyboard": [[{"text": "Done", "callback_data": "2"}]]},
    )
    await expect(message).to_contain_text("Step 2")
    await expect(message.get_by_role("button", name="Done")).to_be_focused()


async def test_formatted_text_keeps_its_form_and_its_commands_can_be_tapped(studio: Studio) -> None:
    studio.telegram.start(studio.anna)
    await studio.hears("message")
    await studio.writes(studio.anna, "<b>Bold</b> <tg-spoiler>secret</tg-spoiler> <code>1 &lt; 2</code> and /balance")
    await studio.opens()
    text = studio.chat(studio.anna).locator(".message[data-from=bot] .text")
    await expect(text.locator("strong")).to_have_text("Bold")
    await expect(text.locator("code")).to_have_text("1 < 2")
    await text.get_by_role("button", name="Hidden text, reveal").press("Enter")
    await expect(text.locator(".spoiler.revealed")).to_have_text("secret")
    await text.locator("[data-command='/balance']").click()
    assert (await studio.hears("message"))["text"] == "/balance"


async def test_hostile_text_stays_text(studio: Studio) -> None:
    hostile = "<img src=x onerror=alert(1)></b><script>alert(2)</script>{{7*7}}"
    mallory = studio.telegram.add_person(hostile, last_name="\u202eevil", about=hostile).id
    studio.telegram.start(mallory)
    studio.telegram.send_text(mallory, hostile)
    studio.telegram.post(
        mallory,
        "bot",
        {
            "text": "press me",
            "entities": [{"type": "text_link", "offset": 0, "length": 8, "url": "javascript:alert(3)"}],
        },
        markup={"inline_keyboard": [[{"text": hostile, "callback_data": "x"}]]},
    )
    await studio.opens(people=str(mallory))
    chat = studio.chat(mallory)
    await expect(chat.locator(".message[data-from=person] .text").last).to_have_text(hostile)
    await expect(chat.locator("button[data-row]")).to_have_text(hostile)
    await expect(chat.locator(".who .name")).to_contain_text("<img src=x")
    assert (
        await studio.page.locator("[data-role=stage] :is(img[src=x], script, [onerror], a[href^=javascript])").count()
        == 0
    )


async def test_a_reply_keyboard_shares_the_phone_number_after_asking(studio: Studio) -> None:
    studio.telegram.start(studio.anna)
    await studio.hears("message")
    rows = [[{"text": "Share my number", "request_contact": True}], [{"text": "Not now"}]]
    keyboard = {"keyboard": rows, "one_time_keyboard": True}
    await studio.calls("sendMessage", chat_id=studio.anna, text="May we call?", reply_markup=keyboard)
    await studio.opens()
    anna = studio.chat(studio.anna)
    await anna.get_by_role("button", name="Share my number").click()
    await anna.locator("[data-role=phone]").fill("+49 151 234")
    await anna.get_by_role("button", name="Share", exact=True).click()
    assert (await studio.hears("message"))["contact"]["phone_number"] == "+49 151 234"
    await expect(anna.locator("[data-role=reply-keyboard]")).to_have_count(0)


async def test_photos_open_large_and_documents_can_be_saved(studio: Studio) -> None:
    studio.telegram.start(studio.anna)
    await studio.calls("sendPhoto", chat_id=studio.anna, photo=("chart.png", PIXEL), caption="Your weeks")
    await studio.calls("sendDocument", chat_id=studio.anna, document=("receipt.pdf", b"%PDF-1.4"))
    await studio.opens()
    anna = studio.chat(studio.anna)
    await anna.get_by_role("button", name="Open the photo").click()
    viewer = studio.page.locator("[data-role=photo-viewer]")
    assert (
        await viewer.locator("img").evaluate("async image => { await image.decode(); return image.naturalWidth; }") == 1
    )
    await studio.page.keyboard.press("Escape")
    await expect(viewer).to_have_count(0)
    async with studio.page.expect_download() as saved:
        await anna.get_by_role("link", name="receipt.pdf").click()
    file = Path(await (await saved.value).path())
    assert await asyncio.to_thread(file.read_bytes) == b"%PDF-1.4"


async def test_a_person_can_send_a_file(studio: Studio) -> None:
    studio.telegram.start(studio.anna)
    await studio.hears("message")
    await studio.opens()
    anna = studio.chat(studio.anna)
    await anna.locator("[data-role=attach]").click()
    async with studio.page.expect_file_chooser() as chooser:
        await anna.get_by_role("menuitem", name="Document").click()
    await (await chooser.value).set_files({"name": "plan.txt", "mimeType": "text/plain", "buffer": b"squats"})
    assert (await studio.hears("message"))["document"]["file_name"] == "plan.txt"
