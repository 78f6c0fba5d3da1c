"""The identities of the things that are stored, one type each, so that they cannot be mixed up."""

from typing import NewType

PersonId = NewType("PersonId", int)
TypeId = NewType("TypeId", int)
SessionId = NewType("SessionId", int)
BookingId = NewType("BookingId", int)
LotId = NewType("LotId", int)
PackageId = NewType("PackageId", int)
PurchaseId = NewType("PurchaseId", int)
InviteId = NewType("InviteId", int)
TimeOffId = NewType("TimeOffId", int)
