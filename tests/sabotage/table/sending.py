"""Guards of sending: what each of Telegram's answers means, and how fast messages may go out."""

from tests.sabotage.twin import Edit, Twin

CLAIM, BUDGET, NOTIFIER = "jobs/claim.py", "jobs/budget.py", "bot/notifier.py"
JOBS_CLAIM = "tests/jobs/test_claim.py"
JOBS_OUTBOX = "tests/jobs/test_outbox.py"

TWINS = (
    Twin(
        name="probe-before-again",
        guard="after a lost answer Telegram is asked something harmless before anything is sent again",
        edits=[
            Edit(
                "jobs/outbox.py",
                'self._away = self._away or sent.outcome in {"unknown", "offline", "revoked"}',
                "self._away = False",
            )
        ],
        tests=[f"{JOBS_OUTBOX}::test_nothing_is_sent_again_before_telegram_answers_something_harmless[sqlite]"],
    ),
    Twin(
        name="never-left",
        guard="a message that never left counts as no doubt",
        edits=[Edit(NOTIFIER, "isinstance(lost.__cause__, ClientConnectorError)", "False")],
        tests=[f"{JOBS_OUTBOX}::test_what_never_left_is_no_doubt_and_goes_when_there_is_a_connection[sqlite]"],
    ),
    Twin(
        name="blocked-is-unreachable",
        guard="somebody who has blocked the bot is marked, and the staff is told",
        edits=[Edit(CLAIM, "        _lose(work, ready)\n", "        _bury(work, claimed, sent.problem)\n")],
        tests=[f"{JOBS_OUTBOX}::test_somebody_who_blocked_the_bot_is_marked_and_welcomed_back[sqlite]"],
    ),
    Twin(
        name="flood-waits",
        guard="a flood limit is waited out for as long as Telegram says",
        edits=[Edit(CLAIM, '"wait": timedelta(seconds=sent.wait_seconds)', '"wait": timedelta(0)')],
        tests=[f"{JOBS_OUTBOX}::test_a_flood_limit_is_waited_out_and_is_no_attempt[sqlite]"],
    ),
    Twin(
        name="revoked-keeps-rows",
        guard="a refused token stops the sending and keeps what is to be sent",
        edits=[
            Edit(
                NOTIFIER,
                "return Sent(Outcome.REVOKED, problem=revoked.message)",
                "return Sent(Outcome.REFUSED, problem=revoked.message)",
            )
        ],
        tests=[f"{JOBS_OUTBOX}::test_a_refused_token_stops_the_sending_keeps_the_rows_and_is_told_afterwards[sqlite]"],
    ),
    Twin(
        name="plain-text",
        guard="markup that Telegram cannot read is sent as plain text",
        edits=[
            Edit(
                NOTIFIER,
                """if sent.outcome is Outcome.REFUSED and "can't parse entities" in sent.problem:""",
                "if sent.outcome is None:",
            )
        ],
        tests=[f"{JOBS_OUTBOX}::test_markup_that_telegram_cannot_read_is_sent_as_plain_text[sqlite]"],
    ),
    Twin(
        name="pace-of-a-chat",
        guard="each chat has its pace, so that one that has to wait holds up nobody else",
        edits=[Edit(BUDGET, "CHAT = Limit(timedelta(seconds=1), 3)", "CHAT = Limit(timedelta(0), 3)")],
        tests=[f"{JOBS_OUTBOX}::test_a_chat_that_must_wait_holds_up_nobody_else[sqlite]"],
    ),
    Twin(
        name="pace-of-all",
        guard="the bot stays below Telegram's limit for all messages together",
        edits=[
            Edit(
                BUDGET,
                "OVERALL = Limit(timedelta(seconds=1) / 29, 1)",
                "OVERALL = Limit(timedelta(seconds=1) / 999, 1)",
            )
        ],
        tests=[f"{JOBS_CLAIM}::test_no_second_sees_more_departures_than_telegram_takes[sqlite]"],
    ),
    Twin(
        name="pace-put-back",
        guard="a pace that was noted by a clock which was ahead makes nobody wait till the clock has caught up",
        edits=[
            Edit("storage/pace.py", "min(row.rests_at, now + (row.rests_at - row.noted_at))", "row.rests_at"),
        ],
        tests=[
            f"{JOBS_CLAIM}::test_a_clock_that_is_put_back_makes_nobody_wait_till_it_has_caught_up[sqlite-put_back0]"
        ],
    ),
    Twin(
        name="lease-outlasted",
        guard="a notice that would leave too late for its lease does not leave",
        edits=[Edit("jobs/outbox.py", "age_seconds > LEAVE_WITHIN.total_seconds()", "age_seconds < 0")],
        tests=[f"{JOBS_OUTBOX}::test_slow_notices_of_one_person_do_not_outlast_their_lease"],
    ),
)
