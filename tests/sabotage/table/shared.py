"""Guards of several processes that slow down, freeze, or overtake one another."""

from tests.sabotage.twin import Edit, Twin

FROZEN, LANE_BACK = "tests/faults/test_frozen.py", "tests/faults/test_lane_back.py"
LATE, LOST = "tests/faults/test_sending_late.py", "tests/faults/test_lost_update.py"

TWINS = (
    Twin(
        name="lane-lost",
        guard="what could not take effect in a lane that another holds is neither noted as shown nor passed",
        edits=[Edit("bot/intake.py", "self._lanes.lose(received.lane)", "self._note_shown(received)")],
        tests=[f"{LANE_BACK}::test_what_was_refused_meanwhile_is_done_when_the_lane_is_back"],
    ),
    Twin(
        name="payment-passed",
        guard="a payment that a later update has passed is not closed with the others",
        edits=[
            Edit(
                "storage/inbox.py",
                '        inbox.c.body.not_like(literal_column("\'%\\"successful_payment\\"%\'")),\n',
                "",
            )
        ],
        tests=[f"{LANE_BACK}::test_a_payment_that_was_passed_is_credited_all_the_same"],
    ),
    Twin(
        name="look-late",
        guard="a look that had to wait tells the time when it begins, and takes nobody who beats for dead",
        edits=[
            Edit(
                "bot/intake.py",
                "arrival.look, self.process, self._wall,",
                "arrival.look, self.process, _as(self._wall),",
            ),
            Edit(
                "bot/intake.py",
                "log = structlog.get_logger()\n",
                "log = structlog.get_logger()\n\n\ndef _as(wall: Any) -> Any:\n"
                "    told = wall.now()\n    return type('Told', (), {'now': lambda self: told})()\n",
            ),
            Edit("bot/arrival.py", "now + ALIVE + AHEAD", "now + 2 * ALIVE"),
        ],
        tests=[f"{LANE_BACK}::test_a_look_that_had_to_wait_takes_nothing_from_the_living"],
    ),
    Twin(
        name="resting-transaction",
        guard="the server ends a transaction in which somebody froze",
        edits=[Edit("storage/postgres.py", 'settings["idle_in_transaction_session_timeout"]', 'settings["work_mem"]')],
        tests=[f"{FROZEN}::test_the_others_stay_alive"],
    ),
    Twin(
        name="tries-while-away",
        guard="a database that is away, or a row that somebody holds for long, uses up none of an update's tries",
        edits=[Edit("bot/intake.py", "self._store.is_outage(failure) or ", "")],
        tests=[f"{FROZEN}::test_a_captured_payment_is_not_given_up_meanwhile"],
    ),
    Twin(
        name="true-when-leaving",
        guard="a notice that leaves some time after its claim is looked at once more",
        edits=[Edit("jobs/outbox.py", "return await self._store.read(is_true, ready)", "return True")],
        tests=[f"{LATE}::test_a_reminder_does_not_leave_after_its_session_was_cancelled[sqlite]"],
    ),
    Twin(
        name="card-forgotten",
        guard="a card that is gone is forgotten only where no other has taken its place",
        edits=[Edit("storage/card.py", ', card.c.message_id == bindparam("message"))', ")")],
        tests=[f"{LATE}::test_the_end_of_the_earlier_card_does_not_forget_the_new_one[sqlite]"],
    ),
    Twin(
        name="card-drawn-again",
        guard="a card is drawn again after a change that had to wait for its locks",
        edits=[Edit("storage/outbox.py", " | (_new.excluded.kind == Kind.REFRESH.value)", "")],
        tests=[f"{LATE}::test_a_change_that_had_to_wait_for_its_lock_is_drawn_as_well[sqlite]"],
    ),
    Twin(
        name="package-once",
        guard="two admins who put the same on sale at once make one package",
        edits=[
            Edit("domain/package.py", "work.studio.lock()  # two admins with", "work.studio.get()  # two admins with")
        ],
        tests=[f"{LOST}::test_two_admins_who_put_the_same_on_sale_at_once_make_one_package"],
    ),
    Twin(
        name="studio-kept",
        guard="a process that starts keeps the rules that an admin sets meanwhile",
        edits=[Edit("domain/founding.py", "replace(work.studio.lock(), ", "replace(known, ")],
        tests=[f"{LOST}::test_a_process_that_starts_keeps_what_an_admin_sets_meanwhile"],
    ),
    Twin(
        name="file-gone",
        guard="nothing is stored in a SQLite file that no name leads to any more",
        edits=[Edit("storage/sqlite.py", "if found is None or found != self._opened_as:", "if not self._file:")],
        tests=["tests/storage/test_engine.py::test_nothing_is_stored_in_a_file_that_is_gone_until_it_is_back[False]"],
    ),
)
