"""The payment sheet: a declined card, another that pays, what the bot refuses, and leaving it."""

import pytest
from playwright.async_api import expect

from tests.emulator.browser.studio import Studio

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_an_invoice_is_declined_with_one_card_and_paid_with_another(studio: Studio) -> None:
    studio.telegram.start(studio.anna)
    await studio.sells(studio.anna)
    await studio.opens()
    anna = studio.chat(studio.anna)
    await anna.get_by_role("button", name="Pay").click()
    sheet = anna.get_by_role("dialog", name="Payment")
    await expect(sheet).to_contain_text("-€20.00")

    await sheet.locator("[data-card='4000000000000002']").click()
    await sheet.locator("[data-role=pay]").click()
    await expect(sheet.locator("[data-role=pay]")).to_be_disabled()
    asked = await studio.hears("pre_checkout_query")
    await studio.calls("answerPreCheckoutQuery", pre_checkout_query_id=asked["id"], ok=True)
    await expect(sheet.locator("[data-role=payment-trouble]")).to_contain_text("Your card was declined.")

    await sheet.locator("[data-card='4242424242424242']").click()
    await sheet.locator("[data-role=pay]").click()
    asked = await studio.hears("pre_checkout_query")
    await studio.calls("answerPreCheckoutQuery", pre_checkout_query_id=asked["id"], ok=True)
    await expect(sheet.locator("[data-role=payment-done]")).to_contain_text("€220.00 paid")
    await expect(anna.locator(".service")).to_have_text("You paid €220.00")
    assert [charge.total_minor for charge in studio.telegram.cashier.charges] == [22000]


async def test_a_refusal_of_the_bot_is_shown_in_the_payment_sheet(studio: Studio) -> None:
    studio.telegram.start(studio.anna)
    await studio.sells(studio.anna)
    await studio.opens()
    await studio.chat(studio.anna).get_by_role("button", name="Pay").click()
    await studio.chat(studio.anna).locator("[data-role=pay]").click()
    asked = await studio.hears("pre_checkout_query")
    await studio.calls(
        "answerPreCheckoutQuery", pre_checkout_query_id=asked["id"], ok=False, error_message="This package is sold out."
    )
    await expect(studio.chat(studio.anna).locator("[data-role=payment-trouble]")).to_contain_text("sold out")


async def test_a_sheet_closes_with_escape_and_gives_the_focus_back(studio: Studio) -> None:
    studio.telegram.start(studio.anna)
    await studio.sells(studio.anna)
    await studio.opens()
    pay = studio.chat(studio.anna).get_by_role("button", name="Pay")
    await pay.press("Enter")
    await expect(studio.chat(studio.anna).get_by_role("radio").first).to_be_focused()
    await studio.page.keyboard.press("Escape")
    await expect(studio.chat(studio.anna).get_by_role("dialog")).to_have_count(0)
    await expect(pay).to_be_focused()


async def test_an_invoice_link_is_paid_in_the_same_sheet(studio: Studio) -> None:
    studio.telegram.start(studio.anna)
    link = await studio.calls("createInvoiceLink", **studio.order())
    await studio.writes(studio.anna, "Pay here", [{"text": "To the checkout", "url": link}])
    await studio.opens()
    await studio.chat(studio.anna).get_by_role("button", name="To the checkout").click()
    await studio.chat(studio.anna).locator("[data-role=pay]").click()
    asked = await studio.hears("pre_checkout_query")
    await studio.calls("answerPreCheckoutQuery", pre_checkout_query_id=asked["id"], ok=True)
    await expect(studio.chat(studio.anna).locator(".service")).to_have_text("You paid €220.00")
