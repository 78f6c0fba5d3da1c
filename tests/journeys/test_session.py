"""Looking at, moving and cancelling one's sessions (C9, C13)."""

from datetime import date
from typing import Any

from domain import completion, hours, ledger, package
from emulator.driver import Actor
from tests.world import OWNER_ID, World, berlin


def _studio(world: World) -> tuple[Actor, Actor]:
    tess = world.trainer("Tess")
    anna = world.trainee("Anna", units=8)
    world.books(anna, "40 min ·", "Thu 3", "16:00")
    return tess, anna


def test_the_list_and_the_card_tell_what_can_be_done(world: World) -> None:
    _, anna = _studio(world)
    anna.sends("/sessions")
    anna.sees("My sessions", "Times in Berlin", "Thu 3 Dec, 16:00 · 40 min · Tess")
    anna.taps("Thu 3 Dec")
    anna.sees("Thu 3 Dec, 16:00–16:40 with Tess", "2 units held · in 3 days")
    anna.sees("Free to move or cancel until Thu 3 Dec, 04:00", "Move", "Cancel · free until Thu 3 Dec, 04:00")


def test_cancelling_in_time_gives_the_units_back_and_tells_the_trainer(world: World) -> None:
    tess, anna = _studio(world)
    anna.sends("/sessions")
    anna.taps("Thu 3 Dec")
    anna.taps("Cancel · free")
    anna.sees("Cancel Thu 3 Dec, 16:00 with Tess?", "you get 2 units back")
    anna.taps("Yes, cancel · free")
    anna.sees("Cancelled", "8 free · 0 held")
    tess.sees("Anna will not come Thu 3 Dec, 16:00")
    anna.sends("/book")
    anna.taps("40 min ·")
    anna.taps("Thu 3")
    anna.sees("16:00")


def test_cancelling_late_costs_what_the_button_says(world: World) -> None:
    _, anna = _studio(world)
    world.passes(days=3)
    anna.sends("/sessions")
    anna.taps("today 16:00")
    anna.sees("It is too late to move it yourself", "Cancel · costs 2 units")
    anna.sees_not("Move")
    anna.taps("Cancel · costs 2 units")
    anna.taps("Yes, cancel · costs 2 units")
    anna.sees("too late to be free: 2 units used", "6 free · 0 held")


def test_a_free_cancel_button_that_has_become_too_late_costs_nothing_by_surprise(world: World) -> None:
    _, anna = _studio(world)
    world.passes(days=2, hours=17, minutes=59)
    anna.sends("/sessions")
    anna.taps("16:00")
    anna.taps("Cancel · free")
    world.passes(minutes=2)
    anna.taps("Yes, cancel · free")
    assert anna.alert == "Free cancelling is over: it would now cost 2 units. Nothing was cancelled."
    anna.sees("Yes, cancel · costs 2 units")


def test_moving_is_one_step_and_costs_nothing(world: World) -> None:
    tess, anna = _studio(world)
    anna.sends("/sessions")
    anna.taps("Thu 3 Dec")
    anna.taps("Move")
    anna.sees("Move to when?", "now Thu 3 Dec, 16:00")
    anna.sees("Thursday 3 December")
    anna.taps("Later")
    anna.sees("Friday 4 December")
    anna.taps("10:00")
    anna.sees("Move from Thu 3 Dec, 16:00 to:", "Fri 4 Dec, 10:00–10:40", "2 units stay held")
    anna.taps("Move it")
    anna.sees("Moved to Fri 4 Dec, 10:00–10:40", "Tess is told")
    tess.sees("Anna now comes Fri 4 Dec, 10:00 instead of Thu 3 Dec, 16:00")
    anna.sends("/balance")
    anna.sends("/sessions")
    anna.sees("Fri 4 Dec, 10:00")
    anna.sees_not("16:00")


def test_a_session_can_be_moved_by_a_little_over_its_own_time(world: World) -> None:
    _, anna = _studio(world)
    anna.sends("/sessions")
    anna.taps("Thu 3 Dec")
    anna.taps("Move")
    anna.taps("Thu 3")
    anna.taps("16:20")
    anna.taps("Move it")
    anna.sees("Moved to Thu 3 Dec, 16:20–17:00")


def test_moving_to_the_time_it_has_changes_nothing_and_says_so(world: World) -> None:
    tess, anna = _studio(world)
    heard = len(tess.messages)
    anna.sends("/sessions")
    anna.taps("Thu 3 Dec")
    anna.taps("Move")
    anna.taps("•16:00•")
    anna.taps("Move it")
    anna.sees("It is at that time already: Thu 3 Dec, 16:00–16:40. Nothing changed.")
    anna.sees_not("is told")
    assert len(tess.messages) == heard


def _short_lived(world: World) -> tuple[Actor, Actor]:
    """Kim has two units with their last day on Wednesday, held for that day."""
    tess, kim = world.trainer("Tess"), world.trainee("Kim")
    world.grant(kim, 2, berlin(12, days=2).date())
    world.books(kim, "40 min ·", "Wed 2", "16:00")
    return tess, kim


def test_moving_past_the_last_day_of_the_units_says_so_and_comes_back_after_buying(world: World) -> None:
    world.owner()
    _, kim = _short_lived(world)
    world.act(lambda work: package.create(work, work.people.find_by_telegram(OWNER_ID), 2, 5000, "EUR", None))
    kim.sends("/sessions")
    for label in ("Wed 2 Dec", "Move", "Thu 3", "14:00"):
        kim.taps(label)
    kim.sees("Its 2 held units can be used until Wed 2 Dec.", "This day is later: it needs 2 units, and you have 0.")
    kim.sees_not("Move it", "nothing extra")
    kim.taps("Buy units and move it")
    kim.sees("40 min with Tess, Thu 3 Dec, 14:00 needs 2 units; you have 0. 2 more expire before then.")
    kim.taps("‹ Back")
    kim.sees("Move from Wed 2 Dec, 16:00 to:")
    kim.taps("Buy units and move it")
    kim.taps("2 units")
    kim.taps("Pay €50")
    kim.pays()
    kim.taps("Move to Thu 3 Dec, 14:00")
    kim.taps("Move it")
    kim.sees("Moved to Thu 3 Dec, 14:00–14:40", "2 free · 2 held")


def test_a_trainer_is_told_that_the_held_units_run_out_before_the_new_day(world: World) -> None:
    tess, _ = _short_lived(world)
    tess.sends("/today")
    for label in ("Tue 1 ▸", "Wed 2 ▸", "16:00 Kim", "Move", "Thu 3", "14:00"):
        tess.taps(label)
    tess.sees(
        "Its 2 held units can be used until Wed 2 Dec.",
        "it needs 2 units, and Kim has 0. Pick an earlier day, or ask Kim to buy units first.",
        "‹ Other time",
    )
    tess.sees_not("Buy units and", "Move it", "you have")


def test_a_move_that_holds_other_units_says_what_becomes_of_the_first(world: World) -> None:
    _, nia = _short_lived(world)
    world.grant(nia, 2)
    nia.sends("/sessions")
    for label in ("Wed 2 Dec", "Move", "Thu 3", "14:00"):
        nia.taps(label)
    nia.sees("2 other units will be held; 2 held now are free again until Wed 2 Dec.")
    nia.sees_not("nothing extra")
    nia.taps("‹ Other time")
    nia.taps("Tue 1")
    nia.taps("14:00")
    nia.sees("2 units stay held; nothing extra.")
    nia.taps("‹ Other time")
    nia.taps("Thu 3")
    nia.taps("14:00")
    nia.taps("Move it")
    nia.sees("2 free · 2 held")
    nia.sends("/sessions")
    for label in ("Thu 3 Dec", "Move", "Wed 2", "14:00"):
        nia.taps(label)
    nia.sees("2 other units will be held; 2 held now are free again.")


def test_a_move_of_what_has_run_out_since_says_that_it_is_lost(world: World) -> None:
    tess, kim = _short_lived(world)
    world.grant(kim, 2)
    tess.sends("/today")
    for label in ("Tue 1 ▸", "Wed 2 ▸", "16:00 Kim", "Move"):
        tess.taps(label)
    world.passes(days=3)
    for label in ("Thu 3", "14:00"):
        tess.taps(label)
    tess.sees("2 other units will be held; 2 held now have run out and are lost.")


def test_units_that_went_elsewhere_before_the_move_show_the_terms_again(world: World) -> None:
    _, kim = _short_lived(world)
    world.grant(kim, 2)
    kim.sends("/sessions")
    for label in ("Wed 2 Dec", "Move", "Thu 3", "14:00"):
        kim.taps(label)
    world.act(lambda work: ledger.withdraw(work, work.people.find_by_telegram(kim.id).id, 2, "test", "taken"))
    kim.taps("Move it")
    assert not kim.alert
    kim.sees("Its 2 held units can be used until Wed 2 Dec.", "Buy units and move it")


def test_a_move_that_becomes_too_late_on_the_way_shows_the_session(world: World) -> None:
    _, anna = _studio(world)
    world.runner.run(world.clock.move_to(berlin(3, 59, days=3)))
    anna.sends("/sessions")
    for label in ("today 16:00", "Move", "Fri 4", "10:00"):
        anna.taps(label)
    world.passes(minutes=2)
    anna.taps("Move it")
    assert anna.alert == "It is too late to move this session yourself. Ask your trainer."
    anna.sees("It is too late to move it yourself; Tess can.", "Cancel · costs 2 units")


def test_moving_where_nothing_is_free_keeps_the_session_and_says_whom_to_ask(world: World) -> None:
    tess, anna = _studio(world)
    today = berlin(12).date()
    world.act(lambda work: hours.add_time_off(work, work.people.find_by_telegram(tess.id), today, date(2027, 1, 31)))
    anna.sends("/sessions")
    anna.taps("Thu 3 Dec")
    anna.taps("Move")
    anna.sees("Nothing is free with Tess in the next 30 days.", "stays as it is; ask Tess about another time.")
    anna.sees_not("shorter session", "another trainer")


def test_a_trainer_s_move_of_what_was_cancelled_shows_that(world: World) -> None:
    tess, anna = _studio(world)
    tess.sends("/today")
    for label in ("Tue 1 ▸", "Wed 2 ▸", "Thu 3 ▸", "16:00 Anna"):
        tess.taps(label)
    anna.sends("/sessions")
    for label in ("Thu 3 Dec", "Cancel · free", "Yes, cancel"):
        anna.taps(label)
    tess.taps("Move")
    assert tess.alert == "This session is over or cancelled already."
    tess.sees("Anna · 40 min", "Cancelled by Anna. 2 units went back", "‹ Day")


def test_cancelling_twice_is_harmless(world: World) -> None:
    _, anna = _studio(world)
    anna.sends("/sessions")
    anna.taps("Thu 3 Dec")
    anna.taps("Cancel · free")
    world.driver.together(anna.async_taps("Yes, cancel"), anna.async_taps("Yes, cancel"))
    assert not anna.alert
    anna.sees("✓ Cancelled: Thu 3 Dec, 16:00 with Tess", "2 units went back to your balance", "8 free · 0 held")
    anna.sends("/sessions")
    anna.sees("Nothing is booked")
    anna.taps("Home")
    anna.sees("8 free · 0 held")


def test_somebody_elses_session_does_not_exist(world: World) -> None:
    _studio(world)
    ben = world.trainee("Ben", units=2)
    for forged in ("bk.c:1", "bk.x:1", "bk.xx:1:0", "bk.mv:1:29742000", "bk.t:1:1:1", "bk.y:1"):
        ben.forges(forged)
        assert ben.alert == "This does not exist any more.", forged


def test_history_pages_through_what_was(world: World) -> None:
    _, anna = _studio(world)
    for day, time in (("Tue 1", "09:00"), ("Wed 2", "09:20")):
        world.books(anna, "20 min ·", day, time)
    world.passes(days=4)
    world.act(_complete, anna.id)
    anna.sends("/sessions")
    anna.taps("History")
    anna.sees("History", "Thu 3 Dec, 16:00 · Tess · 2 units used", "Wed 2 Dec, 09:20 · Tess · 1 unit used")
    anna.taps("Wed 2 Dec")
    anna.sees("Wed 2 Dec, 09:20–09:40 with Tess", "1 unit used", "Booked Mon 30 Nov, 10:00", "Something is wrong")
    anna.sees_not("Cancel")
    anna.taps("‹ History")
    anna.sees("History, times in Berlin")
    anna.taps("Wed 2 Dec")
    anna.taps("Book again")
    anna.sees("20 min with Tess")


def test_the_history_tells_two_sessions_of_a_day_apart(world: World) -> None:
    tess, anna = world.trainer("Tess"), world.trainee("Anna", units=4)
    for hour in (14, 15):
        world.book(anna, tess, berlin(hour), minutes=20)
    world.passes(days=1)
    anna.sends("/sessions")
    anna.taps("History")
    anna.sees("Mon 30 Nov, 14:00 · Tess · 1 unit held", "Mon 30 Nov, 15:00 · Tess · 1 unit held")


def test_a_session_that_nobody_has_completed_says_what_it_waits_for(world: World) -> None:
    _, anna = _studio(world)
    world.passes(days=4)
    anna.sends("/sessions")
    anna.taps("History")
    anna.taps("Thu 3 Dec")
    anna.sees("Tess has not said yet that it took place. Until then it holds 2 units.")


def _complete(work: Any, telegram_id: int) -> None:
    trainee = work.people.find_by_telegram(telegram_id)
    for booked in work.bookings.list_past(trainee.id, work.now, 10, 0):
        completion.complete(work, work.people.get(booked.trainer_id), booked.id)
