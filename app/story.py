"""What to try first in the demo, in the order in which it works: printed at its start and shown beside the chats."""

from typing import NamedTuple


class Step(NamedTuple):
    """One thing to try."""

    title: str
    text: str


SEEDED = (
    Step(
        "Buy 10 units",
        "As Mia: Buy units, 10 units, Pay. First with the declined card, then the good one.",
    ),
    Step("Book 40 minutes", "As Mia: Book a session, Tess, 40 min, tomorrow, 10:00, Book it. Tess is told at once."),
    Step("See what is left", "As Mia: My units. 8 are free and 2 are held for the session."),
    Step(
        "Move the clock",
        "Press Next at the top until Mia is reminded, a day before. Then +1 day, and the session begins.",
    ),
    Step("Complete the session", "As Tess: Today, Complete. For a minute it can be undone."),
    Step("Get the receipt", "Press Next: the minute is over, and Mia gets the receipt. 8 units free, 0 held."),
    Step("Look back", "As Mia: That's right, then My sessions and History. Next: Nia has not pressed Start yet."),
)

EMPTY = (
    Step("Open the studio", "As Olga, its owner: press Start. Everything else is still to be set up."),
    Step("Put units on sale", "As Olga: Packages, New package. 10 units for 220 euros."),
    Step("Invite a trainer", "As Olga: Invite staff, Trainer. Open the link as Tess, who says who she is in two taps."),
    Step("Say when you work", "As Tess: My hours. Start from the usual ones and change a day."),
    Step("Come in as a trainee", "As Mia: press Start. Then buy units and book Tess."),
)
