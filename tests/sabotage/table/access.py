"""Guards of people: who may do what, with whose things, by which link, and what of them can be read where."""

from tests.sabotage.twin import Edit, Twin

INVITES = "storage/invite.py"
APP_LOGS = "tests/app/test_logs.py"
BOT_DISPATCHER = "tests/bot/test_dispatcher.py"
BOT_WORDS = "tests/bot/test_words.py"
JOURNEYS_SESSION = "tests/journeys/test_session.py"
SECURITY_INVITE = "tests/security/test_invite.py"
STORAGE_ENGINE = "tests/storage/test_engine.py"
STORAGE_INVITE = "tests/storage/test_invite.py"

TWINS = (
    Twin(
        name="permission",
        guard="an action is closed to whoever lacks its permission",
        edits=[
            Edit(
                "bot/dispatcher.py",
                "if turn.person is not None and not turn.person.may(action.may):",
                "if turn.person is not None and turn.person.id < 0:",
            )
        ],
        tests=[f"{BOT_DISPATCHER}::test_visitors_and_other_roles_are_refused_whatever_they_may_not_use[sqlite]"],
    ),
    Twin(
        name="ownership",
        guard="somebody else's session does not exist, whatever a forged button says",
        edits=[
            Edit(
                "domain/booking.py",
                "    if actor.id not in {booked.trainee_id, booked.trainer_id}:\n        raise NotFound\n",
                "",
            )
        ],
        tests=[f"{JOURNEYS_SESSION}::test_somebody_elses_session_does_not_exist[sqlite]"],
    ),
    Twin(
        name="invite-once",
        guard="an invitation lets one person in",
        edits=[
            Edit(
                INVITES,
                '    invite.c.used_at.is_(None),\n    invite.c.expires_at > bindparam("now"),\n)\n',
                '    invite.c.expires_at > bindparam("now"),\n)\n',
            )
        ],
        tests=[f"{STORAGE_INVITE}::test_a_link_is_good_for_one_person[sqlite]"],
    ),
    Twin(
        name="invite-expires",
        guard="an invitation ends when it says",
        edits=[
            Edit(
                INVITES,
                '    invite.c.used_at.is_(None),\n    invite.c.expires_at > bindparam("now"),\n)\n',
                '    invite.c.used_at.is_(None),\n    invite.c.expires_at.is_not(bindparam("now")),\n)\n',
            )
        ],
        tests=[f"{SECURITY_INVITE}::test_unknown_used_expired_and_withdrawn_links_look_alike_to_a_stranger[sqlite]"],
    ),
    Twin(
        name="invite-guesses",
        guard="whoever guesses links is told for an hour that every link is wrong",
        edits=[
            Edit(
                "domain/invite.py",
                "    if work.invites.count_misses(actor.id, since) >= GUESSES:\n        raise InviteUnusable\n",
                "",
            )
        ],
        tests=[f"{SECURITY_INVITE}::test_whoever_has_guessed_too_often_is_not_let_in_by_a_good_link_either[sqlite]"],
    ),
    Twin(
        name="rate-limit",
        guard="nobody keeps the bot from the others by being fast",
        edits=[
            Edit(
                "bot/dispatcher.py",
                "        return not self._limit.admits(origin.sender.telegram_id)\n",
                "        return False\n",
            )
        ],
        tests=[f"{BOT_DISPATCHER}::test_a_tap_too_many_is_told_so_and_does_nothing[sqlite]"],
    ),
    Twin(
        name="html-escaped",
        guard="a name is only a name, whatever markup stands in it",
        edits=[Edit("bot/words.py", "name: escape(value, quote=False) if isinstance", "name: value if isinstance")],
        tests=[f"{BOT_WORDS}::test_values_are_escaped_in_sentences_and_left_alone_on_buttons"],
    ),
    Twin(
        name="log-secrets",
        guard="no token stands in the log",
        edits=[Edit("app/logs.py", "        return self._pattern.sub(HIDDEN, line)\n", "        return line\n")],
        tests=[f"{APP_LOGS}::test_a_secret_is_taken_out_wherever_it_stands"],
    ),
    Twin(
        name="error-parameters",
        guard="an error of the database does not tell the row",
        edits=[
            Edit(
                "storage/direct.py",
                "raise IntegrityError(statement.text, None, broken)",
                "raise IntegrityError(statement.text, tuple(rows[0]), broken)",
            ),
            Edit(
                "storage/sqlite.py",
                "        hide_parameters=True,\n    )\n",
                "    )\n",
            ),
        ],
        tests=[f"{STORAGE_ENGINE}::test_an_error_does_not_tell_what_was_to_be_stored[sqlite]"],
    ),
)
