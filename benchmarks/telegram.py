"""A Telegram in a process of its own, for benchmarks of whole processes: prints token and address, ends with its input.

Its limits and its strictness are the emulator's.
"""

import asyncio
import sys

from emulator.chat import Telegram
from emulator.server import Emulator


async def serve() -> None:
    """Serve until whoever started this process closes its input."""
    emulator = Emulator(Telegram())
    await emulator.start()
    print(emulator.telegram.token, emulator.url, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await emulator.stop()


if __name__ == "__main__":
    asyncio.run(serve())
