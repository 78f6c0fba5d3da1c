"""Guards of taking updates in: nothing acknowledged is lost, nothing takes effect twice, each person's turn is kept."""

from tests.sabotage.twin import Edit, Twin

INTAKE, ARRIVAL = "bot/intake.py", "bot/arrival.py"
FIRST = "storage/migrations/versions/0001_first.py"
BOT_INTAKE = "tests/bot/test_intake.py"
BOT_LANE = "tests/bot/test_lane.py"
FAULTS_PROCESSES = "tests/faults/test_processes.py"
JOURNEYS_PURCHASE = "tests/journeys/test_purchase.py"
WEB_TELEGRAM = "tests/web/test_telegram.py"

TWINS = (
    Twin(
        name="poll-stores-first",
        guard="polling moves on only past updates that are stored",
        edits=[
            Edit(
                INTAKE,
                "                    await self.take(updates)\n",
                "                    asyncio.create_task(self.take(updates))\n",
            )
        ],
        tests=[f"{BOT_INTAKE}::test_an_update_that_could_not_be_stored_is_not_acknowledged[sqlite]"],
    ),
    Twin(
        name="webhook-stores-first",
        guard="a webhook is answered with 200 only after its update is stored",
        edits=[
            Edit("web/telegram.py", "import hmac\n", "import asyncio\nimport hmac\n"),
            Edit(
                "web/telegram.py",
                "            await take([update])\n",
                "            asyncio.create_task(take([update]))\n",
            ),
        ],
        tests=[f"{WEB_TELEGRAM}::test_an_update_that_could_not_be_stored_is_brought_again"],
    ),
    Twin(
        name="webhook-secret",
        guard="the webhook takes nothing without its secret",
        edits=[
            Edit(
                "web/telegram.py",
                'if not hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode()):',
                "if not hmac.compare_digest(given.encode(), given.encode()):",
            )
        ],
        tests=[f"{WEB_TELEGRAM}::test_nobody_else_may_post"],
    ),
    Twin(
        name="update-known",
        guard="an update that comes again is known by its id",
        edits=[
            Edit("storage/inbox.py", '.on_conflict_do_nothing(index_elements=["update_id"])', ""),
            Edit(FIRST, '        sa.UniqueConstraint("update_id", name=op.f("uq_inbox_update_id")),\n', ""),
        ],
        tests=[f"{BOT_INTAKE}::test_an_update_that_comes_twice_counts_once[sqlite]"],
    ),
    Twin(
        name="update-finished-once",
        guard="an update that is done already takes effect no more, whoever else handles it",
        edits=[
            Edit(
                "bot/action.py",
                "            raise Superseded\n",
                "            pass\n",
            )
        ],
        tests=[f"{BOT_INTAKE}::test_an_update_that_two_handle_at_once_takes_effect_once[sqlite]"],
    ),
    Twin(
        name="lane-fence",
        guard="a process whose lane was taken over ends none of its updates any more",
        edits=[
            Edit(
                "storage/lane.py",
                '_mine = (lane.c.name == inbox.c.lane) & (lane.c.process_id == bindparam("me"))',
                '_mine = (lane.c.name == inbox.c.lane) & (bindparam("me", type_=BigInteger) > 0)',
            )
        ],
        tests=[f"{FAULTS_PROCESSES}::test_what_another_has_taken_over_takes_no_effect_here"],
    ),
    Twin(
        name="lane-order",
        guard="one person's updates are handled one after the other",
        edits=[
            Edit(
                "bot/lane.py",
                "        lane = received.lane\n        if",
                '        lane = f"{received.lane}:{received.id}"\n        if',
            )
        ],
        tests=[f"{BOT_LANE}::test_one_persons_updates_are_handled_in_order"],
    ),
    Twin(
        name="checkout-lane",
        guard="a pre-checkout has a lane of its own and overtakes",
        edits=[
            Edit(
                "bot/origin.py",
                'f"checkout:{who}" if kind == "pre_checkout_query" else lane_of_person(who)',
                "lane_of_person(who)",
            )
        ],
        tests=[f"{JOURNEYS_PURCHASE}::test_a_pre_checkout_is_answered_while_its_payer_s_taps_wait[sqlite]"],
    ),
    Twin(
        name="overtaken-closed",
        guard="after a crash nothing is drawn that a later update has overtaken",
        edits=[
            Edit(
                ARRIVAL,
                "    if adopted:\n        work.inbox.close_overtaken(adopted, work.now)\n",
                "",
            )
        ],
        tests=[f"{BOT_INTAKE}::test_an_old_screen_is_not_drawn_over_a_later_outcome_after_a_crash[sqlite]"],
    ),
    Twin(
        name="overtaken-by-arrival",
        guard="what has overtaken what is told by arrival, not by Telegram's numbers",
        edits=[Edit("storage/inbox.py", "_later.c.id > inbox.c.id", "_later.c.update_id > inbox.c.update_id")],
        tests=[f"{BOT_INTAKE}::test_an_old_screen_is_not_drawn_over_a_later_outcome_after_a_crash[sqlite]"],
    ),
    Twin(
        name="unanswered-shown",
        guard="what took effect before a crash and was perhaps not shown is shown",
        edits=[Edit(ARRIVAL, "work.inbox.list_unanswered(adopted), work", "[], work")],
        tests=[f"{BOT_INTAKE}::test_what_took_effect_and_was_perhaps_not_shown_is_shown_again[sqlite]"],
    ),
    Twin(
        name="dead-lanes-adopted",
        guard="another process takes up what a dead one has left",
        edits=[Edit(ARRIVAL, "[*taken, *work.lanes.adopt(me, now, now + ALIVE + AHEAD)]", "[*taken]")],
        tests=[f"{FAULTS_PROCESSES}::test_the_updates_of_a_dead_process_are_taken_up_by_the_other_in_their_order"],
    ),
    Twin(
        name="lane-holder",
        guard="a process leaves the updates of a lane that another holds to that one",
        edits=[
            Edit(ARRIVAL, "list_new([lane for lane, holder in holders.items() if holder == me])", "list_new(holders)")
        ],
        tests=[f"{FAULTS_PROCESSES}::test_an_update_that_reaches_the_other_process_waits_for_its_persons_turn"],
    ),
    Twin(
        name="poll-held",
        guard="only one of several processes asks Telegram for updates",
        edits=[
            Edit(ARRIVAL, "        polls = work.lanes.hold(me, POLL) == me\n", "        work.lanes.hold(me, POLL)\n")
        ],
        tests=[f"{FAULTS_PROCESSES}::test_only_one_of_two_asks_telegram_and_the_other_takes_over_when_it_is_gone"],
    ),
    Twin(
        name="failing-update-told",
        guard="an update that fails is given up in the open: its person and the admins are told",
        edits=[
            Edit(
                INTAKE,
                "                return await self._store.transact(arrival.bury, self.process, received, reference)\n",
                "                return\n",
            )
        ],
        tests=[f"{BOT_INTAKE}::test_a_failing_update_is_given_up_in_the_open_and_the_next_one_goes_on[sqlite]"],
    ),
    Twin(
        name="burial-waits",
        guard="a lane waits while the database cannot even note that an update is given up",
        edits=[
            Edit(
                INTAKE,
                "reference=reference)\n                await asyncio.sleep(STORE_PAUSE_SECONDS)\n",
                "reference=reference)\n                return\n",
            )
        ],
        tests=[f"{BOT_INTAKE}::test_giving_up_waits_for_a_database_that_is_away[sqlite]"],
    ),
    Twin(
        name="away-spends-no-try",
        guard="a database that is away does not use up an update's tries",
        edits=[
            Edit(
                INTAKE,
                'yet", update_id=received.update_id)\n                await asyncio.sleep(STORE_PAUSE_SECONDS)\n',
                'yet", update_id=received.update_id)\n                return True\n',
            )
        ],
        tests=[f"{BOT_INTAKE}::test_a_payment_outlasts_a_database_that_is_away[sqlite]"],
    ),
    Twin(
        name="shown-noted-later",
        guard="what was shown is noted though noting it failed and nothing comes after",
        edits=[Edit(INTAKE, "            self._flush_due.set()\n            raise\n", "            raise\n")],
        tests=[
            f"{BOT_INTAKE}::test_what_was_shown_is_noted_though_noting_it_fails_at_first_and_nothing_comes_after[sqlite]"
        ],
    ),
    Twin(
        name="stored-in-doubt",
        guard="what was stored without hearing so is looked for",
        edits=[
            Edit(
                INTAKE,
                "            self._in_doubt = True\n            raise\n        for received in kept:\n",
                "            raise\n        for received in kept:\n",
            )
        ],
        tests=[f"{BOT_INTAKE}::test_what_was_stored_without_hearing_so_is_handled_though_it_never_comes_again[sqlite]"],
    ),
    Twin(
        name="lane-comes-back",
        guard="what is known of a lane is forgotten when another has held it meanwhile",
        edits=[Edit(INTAKE, "        self._lanes.forget(found.adopted)\n", "")],
        tests=[f"{FAULTS_PROCESSES}::test_a_lane_that_comes_back_is_handled_though_its_updates_were_known"],
    ),
)
