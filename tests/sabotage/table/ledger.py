"""Guards of units: each is somewhere, none is spent twice, none is used after its last day."""

from tests.sabotage.twin import Edit, Twin

FIRST = "storage/migrations/versions/0001_first.py"
LEDGER = "domain/ledger.py"
LOT = "domain/lot.py"
CHECKS = (
    '        sa.CheckConstraint("available >= 0", name=op.f("ck_account_available")),\n',
    '        sa.CheckConstraint("available >= 0", name=op.f("ck_lot_available")),\n',
)
CONSERVED = """\
        sa.CheckConstraint(
            "issued = available + held + redeemed + expired + refunded + adjusted", name=op.f("ck_lot_conserved")
        ),
"""
TRAINER_LOCK = 'LOCK = select(trainer.c.id).where(trainer.c.id == bindparam("id")).with_for_update()'
ACCOUNT_LOCK = 'LOCK = select(account.c.person_id).where(account.c.person_id == bindparam("id")).with_for_update()'
DOMAIN_LOT = "tests/domain/test_lot.py"
FAULTS_RACE = "tests/faults/test_race.py"
JOBS_SWEEP = "tests/jobs/test_sweep.py"
STORAGE_LEDGER = "tests/storage/test_ledger.py"

TWINS = (
    Twin(
        name="unit-checks-and-locks",
        guard="the last unit is spent once: account and trainer are locked, and nothing falls below zero",
        edits=[
            *(Edit(FIRST, check, "") for check in CHECKS),
            Edit("storage/ledger.py", ACCOUNT_LOCK, ACCOUNT_LOCK.removesuffix(".with_for_update()")),
            Edit("storage/trainer.py", TRAINER_LOCK, TRAINER_LOCK.removesuffix(".with_for_update()")),
        ],
        tests=[f"{FAULTS_RACE}::test_the_last_unit_is_spent_once[postgresql-without nothing]"],
    ),
    Twin(
        name="unit-checks",
        guard="the constraints alone keep the last unit from being spent twice where no lock is",
        edits=[Edit(FIRST, check, "") for check in CHECKS],
        tests=[f"{FAULTS_RACE}::test_the_last_unit_is_spent_once[postgresql-without lock]"],
    ),
    Twin(
        name="entry-once",
        guard="a move of units happens once for each cause",
        edits=[
            Edit(
                FIRST,
                '        sa.UniqueConstraint("idempotency_key", name=op.f("uq_ledger_entry_idempotency_key")),\n',
                "",
            )
        ],
        tests=[f"{STORAGE_LEDGER}::test_an_entry_with_a_known_key_is_refused_with_everything_around_it[sqlite]"],
    ),
    Twin(
        name="lot-adds-up",
        guard="the database refuses a lot whose buckets do not add up",
        edits=[Edit(FIRST, CONSERVED, "")],
        tests=[f"{STORAGE_LEDGER}::test_a_lot_that_does_not_add_up_is_refused[sqlite]"],
    ),
    Twin(
        name="move-has-two-ends",
        guard="what leaves one bucket arrives in another; the database checks it as well",
        edits=[
            Edit(FIRST, CONSERVED, ""),
            Edit(
                "storage/ledger.py",
                "    if target.value in table.c:\n",
                "    if target.value in table.c and target is not Bucket.REDEEMED:\n",
            ),
        ],
        tests=[f"{STORAGE_LEDGER}::test_a_booking_gives_back_and_uses_exactly_what_it_took_from_each_lot[sqlite]"],
    ),
    Twin(
        name="lot-still-good",
        guard="a lot expires when its last day is over, and not on it: the search and the act both ask",
        edits=[
            Edit(
                "storage/ledger.py", 'lot.c.expires_on < bindparam("today")', 'lot.c.expires_on <= bindparam("today")'
            ),
            Edit(LEDGER, " or lot.valid_on(work.studio.get().date_of(work.now)):", ":"),
        ],
        tests=[
            f"{JOBS_SWEEP}::test_units_run_out_when_the_studios_day_is_over_and_not_a_second_before",
        ],
    ),
    Twin(
        name="lot-pays-in-time",
        guard="a session is paid with units that last until it",
        edits=[Edit(LOT, "if lot.available and lot.valid_on(day)]\n    lines", "if lot.available]\n    lines")],
        tests=[f"{DOMAIN_LOT}::test_a_session_is_paid_with_lots_that_are_good_on_its_own_date"],
    ),
    Twin(
        name="returned-late-expires",
        guard="what returns to a lot that has run out expires at once",
        edits=[Edit(LEDGER, "    _move_lines(work, booking_id, lots, overdue, Move.EXPIRE, reason)\n", "")],
        tests=[f"{STORAGE_LEDGER}::test_what_returns_to_a_lot_that_has_run_out_expires_at_once[sqlite]"],
    ),
)
