"""Guards of running it: one process to a file, in order at the start and the end, and backups that are whole."""

from tests.sabotage.twin import Edit, Twin

ENGINE, SQLITE, BACKUP = "storage/engine.py", "storage/sqlite.py", "storage/backup.py"
APP_BACKUP = "tests/app/test_backup.py"
BOT_LANE = "tests/bot/test_lane.py"
STORAGE_BACKUP = "tests/storage/test_backup.py"
STORAGE_ENGINE = "tests/storage/test_engine.py"
STORAGE_MIGRATE = "tests/storage/test_migrate.py"

TWINS = (
    Twin(
        name="file-lock",
        guard="a second process does not run on the same SQLite file",
        edits=[
            Edit(
                SQLITE,
                "            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
                "            pass\n",
            )
        ],
        tests=[f"{STORAGE_ENGINE}::test_a_file_is_one_process_s_own_until_that_leaves"],
    ),
    Twin(
        name="commit-outlives-caller",
        guard="a transaction that has begun commits, even when whoever waits for it is cancelled",
        edits=[Edit(ENGINE, "    return await asyncio.shield(running)\n", "    return await running\n")],
        tests=[f"{STORAGE_ENGINE}::test_a_transaction_goes_on_when_its_caller_is_cancelled[postgresql]"],
    ),
    Twin(
        name="drain",
        guard="being asked to leave, the bot finishes what runs",
        edits=[
            Edit(
                "bot/lane.py", "_, late = await asyncio.wait(self._running, timeout=seconds)", "late = [*self._running]"
            )
        ],
        tests=[f"{BOT_LANE}::test_draining_finishes_what_runs_and_leaves_what_waits"],
    ),
    Twin(
        name="migration-lock",
        guard="processes that start at once migrate one after the other",
        edits=[Edit("storage/migrate.py", "        connection.execute(LOCK)\n", "        pass\n")],
        tests=[f"{STORAGE_MIGRATE}::test_two_processes_that_migrate_at_once_make_the_tables_once"],
    ),
    Twin(
        name="backup-whole",
        guard="a backup that is cut off is not restored: the compression ends early, and the last line is missing",
        edits=[
            Edit(
                "storage/archive.py",
                '        raise DamagedArchive("it is cut off") from None\n',
                "        return\n",
            ),
            Edit(
                "storage/archive.py",
                '        yield table, rows\n    raise DamagedArchive("it is cut off")\n',
                "        yield table, rows\n",
            ),
        ],
        tests=[f"{APP_BACKUP}::test_a_damaged_file_is_refused_before_the_database_is_made[sqlite]"],
    ),
    Twin(
        name="restore-into-empty",
        guard="a database with anything in it is not restored over",
        edits=[
            Edit(
                BACKUP,
                " or any(_has_rows(connection, name) for name in there.difference(emptied)):\n",
                ":\n",
            )
        ],
        tests=[f"{APP_BACKUP}::test_a_database_with_somebody_in_it_is_refused[sqlite]"],
    ),
    Twin(
        name="restore-beside-nobody",
        guard="a database on which a process lives is not restored over",
        edits=[Edit(BACKUP, "        raise InUse\n", "        pass\n")],
        tests=[f"{STORAGE_BACKUP}::test_a_database_on_which_a_process_lives_is_refused[sqlite]"],
    ),
)
