"""aiogram without what nobody uses: a model is built when it is first used, with all that it consists of."""

import subprocess
import sys

BUILT = """
from app.libraries import load_aiogram

load_aiogram()
from aiogram import types
from aiogram.methods import SendMessage
from aiogram.types.base import TelegramObject

KINDS = [kind for kind in vars(types).values() if isinstance(kind, type) and issubclass(kind, TelegramObject)]

def built():
    return sum(kind.__pydantic_complete__ for kind in KINDS)

print(len(KINDS) > 300, built())
class Chat: ...  # not what `types.Message` means
class MessageEntity: ...  # nor what `methods.SendMessage` does
print(types.User.model_validate({"id": 7, "is_bot": False, "first_name": "Anna"}).first_name, built())
bold = {"type": "bold", "offset": 0, "length": 1}
message = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "entities": [bold]}
update = types.Update.model_validate({"update_id": 1, "message": message})
print(type(update.message.entities[0]).__name__, built())
sent = SendMessage(chat_id=7, text="Hi", entities=[types.MessageEntity(**bold)])
print(type(sent.entities[0]).__name__)
"""


def test_a_type_of_the_bot_api_is_built_when_it_is_first_used() -> None:
    done = subprocess.run([sys.executable, "-c", BUILT], capture_output=True, text=True, check=False)
    assert (done.stdout.splitlines(), done.stderr) == (["True 0", "Anna 1", "MessageEntity 2", "MessageEntity"], "")


READY = """
from app.libraries import load_aiogram

load_aiogram()
import app.wiring
from aiogram.methods import SendInvoice
from bot.calls import OF_THE_FIRST_TAP

print(SendInvoice.__pydantic_complete__, all(model.__pydantic_complete__ for model in OF_THE_FIRST_TAP))
"""


def test_the_first_tap_does_not_wait_until_its_types_are_built() -> None:
    done = subprocess.run([sys.executable, "-c", READY], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("False True", "")


UNLOADED = """
import sys
from app import backup, database, reconcile
from app.__main__ import main

print(sorted({"aiogram", "asyncpg", "stripe"} & sys.modules.keys()))
"""


def test_commands_that_only_need_the_database_do_not_wait_for_telegrams_library() -> None:
    done = subprocess.run([sys.executable, "-c", UNLOADED], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
