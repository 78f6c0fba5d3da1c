"""Guards of notices: what is true is told once, and nothing that was cancelled, moved or is too late."""

from tests.sabotage.twin import Edit, Twin

FIRST = "storage/migrations/versions/0001_first.py"
CLAIM = "jobs/claim.py"
JOBS_OUTBOX = "tests/jobs/test_outbox.py"
JOURNEYS_REMINDER = "tests/journeys/test_reminder.py"
STORAGE_OUTBOX = "tests/storage/test_outbox.py"

TWINS = (
    Twin(
        name="reminder-cancelled",
        guard="nobody is reminded of a cancelled session: its reminders are withdrawn, and checked again when sent",
        edits=[
            Edit("domain/booking.py", "    work.outbox.withdraw(ended.subject)\n", ""),
            Edit(
                "domain/notice.py",
                "    return None if values is None else replace(told, values=values)\n",
                "    return replace(told, values=told.values | (values or {}))\n",
            ),
        ],
        tests=[f"{JOURNEYS_REMINDER}::test_nobody_is_reminded_of_a_cancelled_session[sqlite]"],
    ),
    Twin(
        name="reminder-moved",
        guard="nobody is reminded of the time a session had: its reminders are withdrawn, and name their version",
        edits=[
            Edit("domain/booking.py", "    work.outbox.withdraw(booked.subject)\n", ""),
            Edit("domain/reminder.py", ' or booked.version != values["version"]', ""),
        ],
        tests=[f"{JOURNEYS_REMINDER}::test_a_moved_session_gets_reminders_for_its_new_time_only[sqlite]"],
    ),
    Twin(
        name="reminder-version",
        guard="a session that moves gets reminders anew, although it was reminded of before",
        edits=[
            Edit(
                "domain/reminder.py",
                'f"reminder:{booked.id}:{booked.version}:{lead}"',
                'f"reminder:{booked.id}:{lead}"',
            )
        ],
        tests=[f"{JOURNEYS_REMINDER}::test_a_session_moved_after_its_reminder_gets_another[sqlite]"],
    ),
    Twin(
        name="notice-once",
        guard="one cause makes one notice",
        edits=[
            Edit(
                "storage/outbox.py",
                'ADD = _new.on_conflict_do_update(\n    index_elements=["dedupe_key"],\n',
                'ADD = _new\n_never = _new.on_conflict_do_update(\n    index_elements=["dedupe_key"],\n',
            ),
            Edit(FIRST, '        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),\n', ""),
        ],
        tests=[f"{JOBS_OUTBOX}::test_a_notice_is_sent_once_and_marked[sqlite]"],
    ),
    Twin(
        name="claim-fence",
        guard="a sender that has lost its claim records nothing",
        edits=[
            Edit(
                "storage/outbox.py",
                'outbox.c.fence == bindparam("held_fence")',
                'outbox.c.fence >= bindparam("held_fence")',
            )
        ],
        tests=[f"{STORAGE_OUTBOX}::test_a_claim_that_was_lost_settles_nothing[sqlite]"],
    ),
    Twin(
        name="claim-lease",
        guard="what one sender has claimed no other sends meanwhile",
        edits=[Edit("storage/outbox.py", '{"now": now, "until": until,', '{"now": now, "until": now,')],
        tests=[f"{STORAGE_OUTBOX}::test_what_is_claimed_is_nobody_elses_until_the_lease_ends[sqlite]"],
    ),
    Twin(
        name="doubt-once",
        guard="a notice that may have arrived is sent once more and not again and again",
        edits=[Edit(CLAIM, "MAY_ARRIVE = 2\n", "MAY_ARRIVE = 20\n")],
        tests=[f"{JOBS_OUTBOX}::test_a_notice_that_may_have_arrived_twice_is_not_sent_a_third_time_but_listed[sqlite]"],
    ),
    Twin(
        name="doubt-after-crash",
        guard="a notice whose sends were lost in crashes is listed after two",
        edits=[
            Edit(CLAIM, "        if not _may_arrive(work, each) or (checked :=", "        if (checked :="),
        ],
        tests=[f"{JOBS_OUTBOX}::test_a_claim_that_nobody_settled_is_taken_up_once_and_then_listed[sqlite]"],
    ),
    Twin(
        name="notice-expires",
        guard="what nobody needs any more is not sent",
        edits=[Edit(CLAIM, "return told.expires_at is not None and told.expires_at <= work.now", "return False")],
        tests=[f"{JOBS_OUTBOX}::test_a_notice_nobody_needs_any_more_is_not_sent[sqlite]"],
    ),
)
