"""What trainees may say is wrong with a session, in words."""

from bot.words import Words
from domain.session import Complaint, Status


def named(words: Words, what: str) -> str:
    """What is wrong, in the reader's words; a typed one is as it was typed."""
    known: dict[str, str] = {each.value: said for each, said in _all(words).items()}
    return known.get(what, what)


def usual(words: Words, status: Status) -> dict[Complaint, str]:
    """What is usually wrong with a session that counts as held, or as missed."""
    if status is Status.MISSED:
        few = (Complaint.PRESENT, Complaint.CANCELLED, Complaint.OTHER)
    else:
        few = (Complaint.ABSENT, Complaint.SHORTER, Complaint.OTHER)
    return {each: _all(words)[each] for each in few}


def _all(words: Words) -> dict[Complaint, str]:
    return {
        Complaint.ABSENT: words.plain("I was not there"),
        Complaint.SHORTER: words.plain("It was shorter"),
        Complaint.PRESENT: words.plain("I was there"),
        Complaint.CANCELLED: words.plain("I had cancelled"),
        Complaint.OTHER: words.plain("Another trainer or time"),
    }
