"""What people do with the bot: errands, gone about by tapping what they see, with little patience and many habits.

Somebody knows the kinds of buttons, as a person knows what a label means; which kinds an errand likes, and how much, is
a table. Which errands a trainee, a trainer or an owner has is `role`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

from tests.simulation.loop import VirtualLoop
from tests.simulation.telegram import Telegram
from tests.simulation.wire import Account, Shown

THINK_SECONDS = (0.7, 12.0)
PATIENCE_SECONDS = (8.0, 45.0)
DOUBLE_TAP, OLD_BUTTON, LOSES_THREAD, DECLINED_CARD, PAYS_TWICE = 0.04, 0.02, 0.02, 0.1, 0.05
SIGN_UP: Mapping[str, float] = {"st.n": 8, "st.an": 0.3, "st.z": 8, "st.az": 0.4, "st.zp": 4}
"""Whoever is asked these first, answers them first."""
NONSENSE = (
    "hello?",
    "book",
    "I am late",
    "10",
    "Mon 25:00",
    "🙃" * 5,
    "<b>",
    "cancel it",
    "/nothing",
    "/hours",
    "6 Dec",
)


@dataclass(frozen=True, slots=True)
class Errand:
    """Something somebody wants: a command to begin with, and how much each kind of button is liked on the way.

    `goal` are the kinds after which the errand is done; `types` is what they write when they are asked to.
    """

    command: str
    likes: Mapping[str, float]
    goal: frozenset[str] = frozenset()
    types: str = ""
    taps: int = 9


class Someone:
    """A person with a phone. `next_errand` and `reaction` are the habits of their role."""

    def __init__(
        self,
        account: Account,
        telegram: Telegram,
        loop: VirtualLoop,
        random: Random,
        next_errand: Callable[[Random], Errand],
        reaction: Callable[[str, Random], Errand | None],
    ) -> None:
        self.account, self._telegram, self._loop, self._random = account, telegram, loop, random
        self._next_errand, self._reaction = next_errand, reaction
        self.asleep = False
        self._errand: Errand | None = None
        self._turn = 0
        self._paying: Shown | None = None

    def begin(self, errand: Errand) -> None:
        """Go about something."""
        if self.asleep:
            return
        if self.account.blocked:
            self._telegram.block(self.account, blocked=False)
        self._errand = errand
        self._act(lambda: self._telegram.say(self.account, errand.command))

    def wake(self) -> None:
        """Look at the phone, unless something is going on already."""
        if self._errand is None:
            self.begin(self._next_errand(self._random))

    def sees(self, shown: Shown) -> None:
        """Something came or changed in the chat."""
        if shown.notice:
            self._soon(20.0, 3600.0, self._notices, shown)
        elif shown.invoice is not None:
            self._errand = None
            self._soon(*THINK_SECONDS, self._pays, shown)
        elif self._errand is not None:
            self._turn += 1
            self._soon(*THINK_SECONDS, self._goes_on, shown, self._turn)

    def has_paid(self, *, ok: bool) -> None:
        """The payment went through, or not; somebody tries again, and now and then somebody pays twice."""
        shown, self._paying = self._paying, None
        if shown is not None and self._random.random() < (PAYS_TWICE if ok else 0.6):
            self._soon(0.5, 30.0, self._pays, shown)

    def blocks(self) -> None:
        """Block the bot; the next errand takes that back."""
        self._errand = None
        self._telegram.block(self.account, blocked=True)

    def _notices(self, shown: Shown) -> None:
        errand = self._reaction(shown.notice, self._random)
        if errand is not None and self._errand is None and not self.asleep and not self.account.blocked:
            self._errand = errand
            self._goes_on(shown, self._turn)

    def _goes_on(self, shown: Shown, turn: int) -> None:
        errand = self._errand
        if errand is None or turn != self._turn or self.asleep or self.account.blocked:
            return
        if errand.taps <= 0 or self._random.random() < LOSES_THREAD:
            self._errand = None
        else:
            self._taps_on(shown, errand)

    def _taps_on(self, shown: Shown, errand: Errand) -> None:
        likes = {**SIGN_UP, **errand.likes}
        liked = [each for each in shown.buttons() if likes.get(each.prefix)]
        if not liked:
            self._errand = None
            if errand.types:
                self._telegram.say(self.account, errand.types)
            return
        kinds = sorted({each.prefix for each in liked})
        kind = self._random.choices(kinds, [likes[each] for each in kinds])[0]
        fitting = [each for each in liked if each.prefix == kind]
        button = fitting[max(self._random.randrange(len(fitting)), self._random.randrange(len(fitting)))]
        self._errand = None if kind in errand.goal else replace(errand, taps=errand.taps - 1)
        self._act(lambda: self._telegram.tap(self.account, shown, button.data))

    def _act(self, act: Callable[[], None]) -> None:
        """Do it, perhaps twice, perhaps with a stray tap; and lose patience when nothing comes of it."""
        act()
        self._turn += 1
        if self._random.random() < DOUBLE_TAP:
            self._soon(0.05, 1.5, act)
        if self._random.random() < OLD_BUTTON:
            self._soon(0.1, 60.0, self._taps_anything)
        self._soon(*PATIENCE_SECONDS, self._loses_patience, act, self._turn)

    def _taps_anything(self) -> None:
        messages = [each for each in self.account.messages.values() if each.buttons()]
        if messages and not self.asleep and not self.account.blocked:
            shown = self._random.choice(messages)
            self._telegram.tap(self.account, shown, self._random.choice(shown.buttons()).data)

    def _loses_patience(self, act: Callable[[], None], turn: int) -> None:
        if turn != self._turn or self.asleep or self.account.blocked:
            return
        if self._errand is not None and self._random.random() < 0.5:
            self._act(act)
        else:
            self._errand = None

    def _pays(self, shown: Shown) -> None:
        if shown.invoice is not None and not self.asleep and not self.account.blocked:
            self._paying = shown
            good_card = self._random.random() >= DECLINED_CARD
            self._telegram.pay(self.account, shown.invoice, good_card=good_card)

    def _soon(self, least: float, most: float, do: Callable[..., None], *args: object) -> None:
        self._loop.outside(self._random.uniform(least, most), do, *args)
