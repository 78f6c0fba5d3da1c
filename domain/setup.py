"""How far the studio is set up: what the admin's panel tells, and what a studio still lacks before anyone can train."""

from dataclasses import dataclass
from typing import Protocol

from domain import hours, package
from domain.studio import Studio
from domain.trainer import Trainer


class Work(hours.Work, package.Work, Protocol):
    """Reads across the features."""


@dataclass(frozen=True, slots=True)
class Setup:
    """The studio, its trainers, those of them who have never set weekly hours, and its packages."""

    studio: Studio
    trainers: list[Trainer]
    without_hours: list[Trainer]
    on_sale: int
    hidden: int

    @property
    def complete(self) -> bool:
        """Whether somebody can buy and book."""
        return self.has_hours and self.on_sale > 0 and not self.studio.allows_no_start

    @property
    def has_hours(self) -> bool:
        """Whether a trainer has said when they work."""
        return len(self.without_hours) < len(self.trainers)


def of(work: Work) -> Setup:
    """Everything the panel shows, in one snapshot."""
    trainers, packages = work.trainers.list_all(), work.packages.list_all()
    on_sale = sum(each.on_sale for each in packages)
    return Setup(
        studio=work.studio.get(),
        trainers=trainers,
        without_hours=[each for each in trainers if not any(work.hours.get(each.id).weekly.values())],
        on_sale=on_sale,
        hidden=len(packages) - on_sale,
    )
