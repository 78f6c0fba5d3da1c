"""How this process shares its time between its threads, and with the garbage collector."""

import gc
import sys

SWITCH_SECONDS = 0.0005
"""A writer thread that has something to do gets its turn ten times as soon as by default."""
COLLECT_EVERY = 10_000
"""New objects between two rounds of the collector; a tap leaves some thousands behind, nearly all dead by then."""


def tune() -> None:
    """To be called first."""
    sys.setswitchinterval(SWITCH_SECONDS)


def settle() -> None:
    """To be called when all is there that stays: the collector no longer goes through it, and goes less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_EVERY, *gc.get_threshold()[1:])
