"""Guards of time: no two sessions in one place, whoever is first, and only by those whose session it is."""

from tests.sabotage.twin import Edit, Twin

FIRST = "storage/migrations/versions/0001_first.py"
RACE = "tests/faults/test_race.py"
CELLS_KEY = '        sa.PrimaryKeyConstraint("kind", "resource_id", "cell", "seat", name=op.f("pk_occupancy")),\n'
TRAINER_LOCK = 'LOCK = select(trainer.c.id).where(trainer.c.id == bindparam("id")).with_for_update()'
DOMAIN_COMPLETION = "tests/domain/test_completion.py"
FAULTS_LOCK_ORDER = "tests/faults/test_lock_order.py"
JOURNEYS_PURCHASE = "tests/journeys/test_purchase.py"
JOURNEYS_SESSION = "tests/journeys/test_session.py"

TWINS = (
    Twin(
        name="slot-keys-and-locks",
        guard="one slot has one winner: the trainer is locked, and the cells have a key",
        edits=[
            Edit(FIRST, CELLS_KEY, ""),
            Edit("storage/trainer.py", TRAINER_LOCK, TRAINER_LOCK.removesuffix(".with_for_update()")),
        ],
        tests=[f"{RACE}::test_one_of_many_trainees_gets_the_slot[postgresql-2-without nothing]"],
    ),
    Twin(
        name="slot-key",
        guard="the cells' key alone decides a slot where no lock is",
        edits=[Edit(FIRST, CELLS_KEY, "")],
        tests=[f"{RACE}::test_one_of_many_trainees_gets_the_slot[postgresql-2-without lock]"],
    ),
    Twin(
        name="double-tap",
        guard="a second tap on the same slot finds the booking that exists",
        edits=[
            Edit(
                "domain/booking.py",
                "    if existing := work.bookings.find_active(actor.id, trainer_id, starts_at):\n"
                "        return Booked(existing, ledger.balance_of(work, actor.id), again=True)\n",
                "",
            )
        ],
        tests=[f"{RACE}::test_many_taps_on_one_button_find_the_booking_that_exists[sqlite]"],
    ),
    Twin(
        name="time-off-accounts",
        guard="time off waits for no account while it holds its trainer",
        edits=[Edit("domain/time_off.py", " or (cancel and not _trainees(found) <= locked)", "")],
        tests=[f"{FAULTS_LOCK_ORDER}::test_time_off_cancels_nobody_whose_account_was_not_locked_before_the_trainer"],
    ),
    Twin(
        name="lock-order",
        guard="locks are taken in one order, so nobody waits in a circle",
        edits=[
            Edit(
                "domain/booking.py",
                "    work.ledger.lock(actor.id)\n    work.trainers.lock(trainer_id)\n",
                "    work.trainers.lock(trainer_id)\n    work.ledger.lock(actor.id)\n",
            )
        ],
        tests=[
            f"{FAULTS_LOCK_ORDER}::test_whatever_is_done_at_once_nobody_waits_in_a_circle_and_all_adds_up[postgresql-1]"
        ],
    ),
    Twin(
        name="replan-lock",
        guard="reminders are planned anew under the lock that moving a session takes",
        edits=[Edit("domain/reminder.py", "    work.ledger.lock(trainee.id)\n", "")],
        tests=[f"{RACE}::test_a_session_that_moves_while_reminders_are_planned_anew_keeps_its_own"],
    ),
    Twin(
        name="terms-agreed",
        guard="cancelling costs what the button said, or is not done",
        edits=[Edit("domain/booking.py", "    if cost != agreed_units:\n        raise TermsChanged(cost)\n", "")],
        tests=[
            f"{JOURNEYS_SESSION}::test_a_free_cancel_button_that_has_become_too_late_costs_nothing_by_surprise[sqlite]"
        ],
    ),
    Twin(
        name="late-tap",
        guard="a confirming tap that comes more than 150 s late asks again and does nothing",
        edits=[
            Edit(
                "bot/dispatcher.py",
                "            if action.late and turn.now - turn.origin.received_at > CONFIRM_WITHIN:\n",
                "            if action.late and turn.now < turn.origin.received_at:\n",
            )
        ],
        tests=[f"{JOURNEYS_PURCHASE}::test_a_tap_on_pay_that_waited_too_long_shows_the_terms_again[sqlite]"],
    ),
    Twin(
        name="undo-minute",
        guard="a completion can be undone for a minute, as long as no receipt is out",
        edits=[
            Edit(
                "domain/completion.py",
                "return ended.status in REDEEMED and now < undo_until(ended)",
                "return ended.status in REDEEMED",
            )
        ],
        tests=[f"{DOMAIN_COMPLETION}::test_undo_ends_in_the_instant_in_which_the_receipt_may_go_out"],
    ),
)
