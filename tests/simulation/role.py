"""The habits of trainees, trainers and the owner: which errands they have, how often, and how they answer notices."""

from random import Random

from tests.simulation.people import NONSENSE, Errand

GOAL_BOOKED = frozenset({"bk.ok"})
JOIN = Errand("/start", {}, frozenset({"st.z"}))
BOOK = Errand(
    "/book",
    {"bk.ok": 90, "bk.s": 16, "bk.d": 2, "bk.t": 6, "bk.w": 3, "bk.m": 0.1, "by": 60, "by.p": 40, "by.ok": 90},
    GOAL_BOOKED,
)
BUY = Errand("/buy", {"by.p": 6, "by.ok": 60})
CANCEL = Errand("/sessions", {"bk.c": 6, "bk.x": 8, "bk.xx": 30}, frozenset({"bk.xx"}))
MOVE = Errand("/sessions", {"bk.c": 6, "bk.t": 9, "bk.d": 3, "bk.s": 6, "bk.mv": 40}, frozenset({"bk.mv"}))
PAST = Errand("/sessions", {"bk.h": 6, "bk.p": 6, "rc.n": 2, "rc.w": 6, "rc.y": 1}, frozenset({"rc.w", "rc.y"}))
TRAVEL = Errand("/profile", {"pf.z": 6, "pf.zp": 6}, frozenset({"pf.zp"}))
REMIND = Errand("/profile", {"pf.r": 6, "pf.rp": 6}, frozenset({"pf.rp"}))
RENAME = Errand("/profile", {"pf.n": 6}, types="Alex")
TRAINEE_ERRANDS = (
    (70, BOOK),
    (6, BUY),
    (6, CANCEL),
    (6, MOVE),
    (3, PAST),
    (2, TRAVEL),
    (1, REMIND),
    (1, RENAME),
    (4, Errand("/balance", {"bl.l": 1, "bl.m": 1}, taps=2)),
    (3, Errand("/start", {"bk.l": 1, "bl": 1, "help": 0.5, "pf": 0.5}, taps=2)),
)
FINISH = {"cp": 9, "cp.1": 9, "cp.n": 1, "cp.nn": 20, "cp.u": 0.5, "cp.u1": 0.5, "cp.l": 0.4}
DAY = Errand("/today", FINISH | {"cp.u": 0.1}, taps=4)
TRAINER_ERRANDS = (
    (20, DAY),
    (3, Errand("/hours", {"hr.d": 5, "hr.w": 3, "hr.b": 3, "hr.bp": 6, "hr.x": 1, "hr.xx": 1, "hr.c": 1, "hr.cc": 1})),
    (
        2,
        Errand(
            "/hours",
            {"hr.o": 6, "to": 6, "to.f": 6, "to.s": 6, "to.ok": 20, "to.x": 1, "to.xx": 3},
            frozenset({"to.ok"}),
        ),
    ),
    (2, Errand("/today", {"dy": 3, "dy.s": 6, "tt.x": 5, "tt.xx": 20}, frozenset({"tt.xx"}))),
    (2, Errand("/today", {"dy": 3, "dy.s": 6, "bk.t": 6, "bk.d": 2, "bk.s": 5, "bk.mv": 20}, frozenset({"bk.mv"}))),
    (1, TRAVEL),
)
GIVE = Errand("/adjust", {"aj": 1, "aj.p": 6, "aj.u": 6, "aj.r": 6, "aj.ok": 30}, frozenset({"aj.ok"}))
OWNER_ERRANDS = (
    (8, GIVE),
    (3, Errand("/admin", {"ad": 1, "ad.s": 3, "aj": 1, "pk": 1}, taps=3)),
    (2, Errand("/settings", {"ad.f": 6, "ad.v": 6}, frozenset({"ad.v"}))),
    (1, Errand("/packages", {"pk.c": 6, "pk.p": 3, "pk.pp": 6, "pk.s": 1, "pk.u": 1})),
)
ANSWERS: dict[str, tuple[tuple[float, Errand | None], ...]] = {
    "reminder": (
        (5, Errand("", {"bk.y": 5}, frozenset({"bk.y"}))),
        (0.5, CANCEL),
        (0.5, MOVE),
        (5, None),
    ),
    "receipt": ((5, Errand("", {"rc.y": 9, "rc.n": 0.6, "rc.w": 6}, frozenset({"rc.y", "rc.w"}))), (4, None)),
    "missed": ((1, Errand("", {"rc.n": 6, "rc.w": 6}, frozenset({"rc.w"}))), (4, None)),
    "cancelled_by_trainer": ((3, BOOK), (2, None)),
    "nudge": ((9, Errand("", FINISH, frozenset({"cp.1", "cp.nn", "cp.l"}))), (1, None)),
}


def trainee_errand(random: Random) -> Errand:
    return _nonsense(random) or _drawn(TRAINEE_ERRANDS, random)


def trainer_errand(random: Random) -> Errand:
    return _nonsense(random) or _drawn(TRAINER_ERRANDS, random)


def owner_errand(random: Random) -> Errand:
    return _nonsense(random) or _drawn(OWNER_ERRANDS, random)


def answer(notice: str, random: Random) -> Errand | None:
    """What somebody does about a notice, if anything."""
    answers = ANSWERS.get(notice.partition(":")[0])
    return random.choices([each for _, each in answers], [weight for weight, _ in answers])[0] if answers else None


def _drawn(errands: tuple[tuple[float, Errand], ...], random: Random) -> Errand:
    return random.choices([errand for _, errand in errands], [weight for weight, _ in errands])[0]


def _nonsense(random: Random) -> Errand | None:
    """Now and then somebody writes what no button says."""
    return Errand(random.choice(NONSENSE), {"bk": 1, "bk.l": 1, "home": 1}, taps=1) if random.random() < 0.04 else None
