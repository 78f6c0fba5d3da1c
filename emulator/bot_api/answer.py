"""Methods that answer what a person's client waits for: a tap, a payment about to be made."""

from telegram.constants import CallbackQueryLimit

from emulator.bot_api.method import method
from emulator.bot_api.request import Request
from emulator.chat import Answer, Telegram
from emulator.refusal import RefusalError, bad_request
from emulator.updates import QUERY_LIFE


def _too_late() -> RefusalError:
    return bad_request("query is too old and response timeout expired or query ID is invalid")


@method("answerCallbackQuery")
def answer_callback_query(telegram: Telegram, request: Request) -> bool:
    """End the spinner on a tapped button, with a toast, an alert or nothing to see."""
    tap = telegram.taps.get(request.text("callback_query_id"))
    if tap is None or tap.answer is not None or telegram.clock.now() - tap.at > QUERY_LIFE:
        raise _too_late()
    answer = Answer(request.text("text"), request.flag("show_alert"), request.text("url"))
    if len(answer.text) > CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    if answer.url and not answer.url.startswith(f"https://t.me/{telegram.bot.username}?start="):
        raise bad_request("URL_INVALID")
    tap.answer = answer
    telegram.emit(
        "answer",
        person_id=tap.person_id,
        message_id=tap.message_id,
        tap_id=tap.id,
        text=answer.text,
        alert=answer.alert,
        url=answer.url,
    )
    return True


@method("answerPreCheckoutQuery")
def answer_pre_checkout_query(telegram: Telegram, request: Request) -> bool:
    """Let a payment go on, or say why not."""
    refusal = request.text("error_message")
    if not request.flag("ok") and not refusal:
        raise bad_request("error_message is required when ok is False")
    if not telegram.cashier.answer(request.text("pre_checkout_query_id"), "" if request.flag("ok") else refusal):
        raise _too_late()
    return True
