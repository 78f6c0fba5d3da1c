"""The books as the checkers keep them, known from the vocabulary alone; nothing here is shared with the product."""

BUCKETS = ("available", "held", "redeemed", "expired", "refunded", "adjusted")
"""Where the units of a lot can be."""
MOVES = {
    "issue": ("", "available"),
    "hold": ("available", "held"),
    "release": ("held", "available"),
    "redeem": ("held", "redeemed"),
    "reinstate": ("redeemed", "held"),
    "expire": ("available", "expired"),
    "refund": ("available", "refunded"),
    "withdraw": ("available", "adjusted"),
}
"""From which bucket to which a ledger entry takes units; what is issued comes from outside."""
TAKES_TIME = ("booked", "completed", "missed")
"""The bookings of which both people are busy."""
