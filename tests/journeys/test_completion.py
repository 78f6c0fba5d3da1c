"""Completing, no-shows, undo, the nudge, and what the trainee hears of it (D2, D3, D4, D7)."""

from datetime import date, timedelta

import pytest

from domain.ids import BookingId
from domain.permission import Role
from domain.person import give_role
from domain.session import Status
from emulator.driver import Actor
from tests.world import World, berlin


@pytest.fixture
def tess(world: World) -> Actor:
    return world.trainer("Tess")


@pytest.fixture
def anna(world: World) -> Actor:
    return world.trainee("Anna", units=8)


@pytest.fixture
def made(world: World, tess: Actor, anna: Actor) -> BookingId:
    """Today 14:00, 40 minutes, 2 units."""
    return world.book(anna, tess, berlin(14))


def balance(anna: Actor) -> str:
    anna.sends("/start")
    return next(line for line in anna.screen.text.splitlines() if line.startswith("Units"))


def status(world: World, made: BookingId) -> Status:
    found: Status = world.read(lambda work: work.bookings.get(made).status)
    return found


def begins(world: World, tess: Actor) -> None:
    """The session has begun, and its trainer looks at the day."""
    world.passes(hours=4, minutes=30)
    tess.sends("/today")


def test_completing_redeems_and_says_so(world: World, tess: Actor, anna: Actor, made: BookingId) -> None:
    begins(world, tess)
    assert tess.buttons[0] == ["14:00 Anna: Complete · 2 units", "No-show"]
    tess.taps("14:00 Anna: Complete · 2 units")
    assert tess.toast == "✓ Anna: 2 units redeemed"
    tess.sees("✓ 14:00 Anna · 2 units redeemed", "Undo 14:00 Anna · until 14:3")
    assert "6 free · 0 held" in balance(anna)


def test_the_receipt_waits_for_the_undo_minute_and_tells_the_balance_then(
    world: World, tess: Actor, anna: Actor, made: BookingId
) -> None:
    begins(world, tess)
    tess.taps("14:00 Anna: Complete")
    world.grant(anna, 3)
    world.passes(seconds=59)
    anna.sees_not("2 units used")
    world.passes(seconds=2)
    anna.sees(
        "Session with Tess, Mon 30 Nov, 14:00: 2 units used", "9 free, 0 held", "That's right", "Something is wrong"
    )


def test_undo_within_the_minute_holds_the_units_again_and_no_receipt_goes_out(
    world: World, tess: Actor, anna: Actor, made: BookingId
) -> None:
    begins(world, tess)
    tess.taps("14:00 Anna: Complete")
    world.passes(seconds=59)
    tess.taps("Undo 14:00 Anna")
    assert tess.toast == "Undone: 2 units of Anna held again"
    tess.sees("14:00 Anna · 40 min · 2 units · now", "Complete · 2 units")
    world.passes(minutes=5)
    anna.sees_not("2 units used")
    assert "6 free · 2 held" in balance(anna)
    tess.taps("14:00 Anna: Complete")
    world.passes(minutes=2)
    anna.sees("2 units used", "6 free, 0 held")


def test_completing_again_within_the_minute_sends_one_receipt(
    world: World, tess: Actor, anna: Actor, made: BookingId
) -> None:
    begins(world, tess)
    tess.taps("14:00 Anna: Complete")
    world.passes(seconds=30)
    tess.taps("Undo 14:00 Anna")
    tess.taps("14:00 Anna: Complete")
    world.passes(seconds=59)
    anna.sees_not("2 units used")
    world.passes(minutes=5)
    assert sum("2 units used" in message.text for message in anna.messages) == 1


def test_undo_after_the_minute_explains_itself(world: World, tess: Actor, anna: Actor, made: BookingId) -> None:
    begins(world, tess)
    tess.taps("14:00 Anna: Complete")
    world.passes(seconds=61)
    tess.forges(f"cp.u:{made}")
    assert tess.alert.startswith("The minute to undo is over")
    tess.sees("✓ 14:00 Anna · 2 units redeemed")
    tess.sees_not("Undo 14:00")


def test_a_double_tap_completes_once(world: World, tess: Actor, anna: Actor, made: BookingId) -> None:
    begins(world, tess)
    world.driver.together(tess.async_taps("14:00 Anna: Complete"), tess.async_taps("14:00 Anna: Complete"))
    tess.sees("✓ 14:00 Anna · 2 units redeemed")
    world.passes(minutes=2)
    assert sum("2 units used" in message.text for message in anna.messages) == 1
    assert "6 free · 0 held" in balance(anna)


def test_a_no_show_is_confirmed_first_and_names_the_loss(
    world: World, tess: Actor, anna: Actor, made: BookingId
) -> None:
    begins(world, tess)
    tess.taps("No-show")
    tess.sees("Anna did not come today 14:00?", "Anna loses 2 units", "Yes, no-show · 2 units", "‹ Back")
    assert status(world, made) is Status.BOOKED
    tess.taps("Yes, no-show")
    tess.sees("✗ No-show: 2 units used", "Undo 14:00 Anna", "‹ Day")
    world.passes(minutes=2)
    anna.sees(
        "You did not come: Mon 30 Nov, 14:00 with Tess. We hope all is well.",
        "2 units used",
        "6 free, 0 held",
        "Book again",
    )
    anna.taps("Book again")
    anna.sees("When? 40 min with Tess")


def test_a_no_show_after_completing_is_refused_with_the_truth(
    world: World, tess: Actor, anna: Actor, made: BookingId
) -> None:
    begins(world, tess)
    tess.taps("14:00 Anna: Complete")
    tess.forges(f"cp.nn:{made}")
    assert tess.alert == "This session is over or cancelled already."
    tess.sees("✓ Completed: 2 units redeemed")
    tess.forges(f"cp.n:{made}")
    tess.sees("✓ Completed: 2 units redeemed")


def test_nothing_can_be_completed_before_it_begins(world: World, tess: Actor, made: BookingId) -> None:
    tess.sends("/today")
    tess.sees_not("Complete")
    for button in ("cp", "cp.nn"):
        tess.forges(f"{button}:{made}")
        assert tess.alert == "The session has not begun yet."
    assert status(world, made) is Status.BOOKED


def test_a_cancelled_session_cannot_be_completed(world: World, tess: Actor, made: BookingId) -> None:
    tess.forges(f"tt.xx:{made}")
    world.passes(hours=5)
    tess.forges(f"cp:{made}")
    assert tess.alert == "This session is over or cancelled already."
    tess.sees("Cancelled by you. 2 units went back.")


@pytest.mark.parametrize("label", ["14:00 Anna: Complete", "Yes, no-show"])
def test_a_late_confirmation_changes_nothing(
    world: World, tess: Actor, made: BookingId, monkeypatch: pytest.MonkeyPatch, label: str
) -> None:
    begins(world, tess)
    if label.startswith("Yes"):
        tess.taps("No-show")
    monkeypatch.setattr("bot.dispatcher.CONFIRM_WITHIN", timedelta(seconds=-1))
    tess.taps(label)
    tess.sees("Complete · 2 units", "No-show")
    assert status(world, made) is Status.BOOKED


def test_the_trainer_is_asked_after_the_session_and_in_the_evening(world: World, tess: Actor, made: BookingId) -> None:
    world.passes(hours=4, minutes=49)
    tess.sees_not("Did Anna train")
    world.passes(minutes=1)
    tess.sees("Did Anna train Mon 30 Nov, 14:00?", "not completed yet", "Complete · 2 units", "No-show", "Ask me later")
    tess.sends("/start")
    world.passes(hours=5, minutes=9)
    tess.sees_not("Did Anna train")
    world.passes(minutes=1)
    tess.sees("Did Anna train Mon 30 Nov, 14:00?")
    tess.taps("Complete · 2 units")
    tess.sees("✓ Completed: 2 units redeemed", "Undo 14:00 Anna")


def test_a_completed_session_is_not_asked_about(world: World, tess: Actor, made: BookingId) -> None:
    begins(world, tess)
    tess.taps("14:00 Anna: Complete")
    world.passes(days=1)
    assert not [message for message in tess.messages if "Did Anna train" in message.text]


def test_undoing_brings_the_evening_s_question_back(world: World, tess: Actor, made: BookingId) -> None:
    world.passes(hours=5)
    tess.taps("Complete · 2 units")
    tess.taps("Undo 14:00 Anna")
    world.passes(hours=6)
    tess.sees("Did Anna train Mon 30 Nov, 14:00?")


def test_the_second_question_never_follows_soon_after_the_first(world: World, anna: Actor) -> None:
    tom = world.trainer("Tom", (6, 22))
    world.book(anna, tom, berlin(19))
    world.runner.run(world.clock.move_to(berlin(19, 51)))
    tom.sees("Did Anna train Mon 30 Nov, 19:00?")
    tom.sends("/start")
    world.runner.run(world.clock.move_to(berlin(7, 59, days=1)))
    tom.sees_not("Did Anna train")
    world.passes(minutes=1)
    tom.sees("Did Anna train Mon 30 Nov, 19:00?")


def test_a_session_completed_and_undone_in_the_evening_is_asked_about_again(world: World, anna: Actor) -> None:
    tom = world.trainer("Tom", (6, 22))
    world.book(anna, tom, berlin(19))
    world.runner.run(world.clock.move_to(berlin(8, 30, days=1)))
    tom.taps("Complete · 2 units")
    tom.taps("Undo")
    tom.sends("/start")
    world.passes(minutes=61)
    tom.sees("Did Anna train Mon 30 Nov, 19:00?")


def test_ask_me_later_asks_once_more_in_an_hour(world: World, tess: Actor, made: BookingId) -> None:
    world.passes(hours=4, minutes=55)
    world.driver.together(tess.async_taps("Ask me later"), tess.async_taps("Ask me later"))
    tess.sees("I will ask about Anna (today 14:00) again today 15:55", "Show the session")
    world.passes(minutes=59)
    tess.sees_not("Did Anna train")
    world.passes(minutes=1)
    tess.sees("Did Anna train Mon 30 Nov, 14:00?")
    assert sum("Did Anna train" in message.text for message in tess.messages) == 1


def test_ask_me_later_shortly_before_the_evening_means_the_evening(world: World, tess: Actor, made: BookingId) -> None:
    world.passes(hours=9, minutes=30)
    tess.taps("Ask me later")
    tess.sees("again today 20:00")


def test_ask_me_later_on_an_old_question_shows_what_happened(
    world: World, tess: Actor, anna: Actor, made: BookingId
) -> None:
    world.passes(hours=5)
    question = tess.screen
    tess.taps("Complete · 2 units")
    world.passes(minutes=2)
    assert question.id == tess.screen.id
    tess.forges(f"cp.l:{made}")
    tess.sees("✓ Completed: 2 units redeemed")


def test_a_session_that_has_not_begun_is_not_asked_about(world: World, tess: Actor, made: BookingId) -> None:
    tess.forges(f"cp.l:{made}")
    tess.sees("2 units held · in 4 h")
    world.passes(hours=2)
    tess.sees_not("Did Anna train")


def test_the_trainee_confirms_and_the_trainer_sees_it(world: World, tess: Actor, anna: Actor, made: BookingId) -> None:
    begins(world, tess)
    tess.taps("14:00 Anna: Complete")
    world.passes(minutes=2)
    anna.taps("That's right")
    anna.sees("Session with Tess, Mon 30 Nov, 14:00: 2 units used", "You said that's right", "Something is wrong")
    tess.taps("14:00 Anna")
    tess.sees("Anna says that's right")


def test_a_dispute_says_what_is_wrong_and_can_be_taken_back(
    world: World, tess: Actor, anna: Actor, made: BookingId
) -> None:
    olga = world.owner()
    begins(world, tess)
    tess.taps("14:00 Anna: Complete")
    world.passes(minutes=2)
    receipt = anna.screen.text
    anna.taps("Something is wrong")
    anna.sees("What is wrong with Mon 30 Nov, 14:00 with Tess (2 units used)?", "type it in a sentence", "Cancel")
    assert anna.messages[-2].text == receipt
    world.driver.together(anna.async_taps("I was not there"), anna.async_taps("I was not there"))
    anna.sees("You said something is wrong: “I was not there”", "It is right after all")
    tess.sees("Anna says something is wrong with Mon 30 Nov, 14:00, 40 min (2 units): “I was not there”")
    olga.sees("Anna says something is wrong with Mon 30 Nov, 14:00, 40 min with Tess (2 units): “I was not there”")
    for told in (tess, olga):
        assert sum("Anna says something is wrong" in message.text for message in told.messages) == 1
    olga.taps("Give or take units")
    olga.sees("Anna")
    tess.taps("Show the session")
    tess.sees("Anna says something is wrong: “I was not there”. Please talk")
    anna.taps("It is right after all")
    anna.sees("You said that's right")
    for told in (tess, olga):
        told.sees("Anna says it is right after all: Mon 30 Nov, 14:00, 40 min with Tess (2 units)")


def test_a_complaint_is_typed_and_one_that_says_nothing_is_asked_for_again(
    world: World, tess: Actor, anna: Actor, made: BookingId
) -> None:
    begins(world, tess)
    tess.taps("14:00 Anna: Complete")
    world.passes(minutes=2)
    anna.taps("Something is wrong")
    anna.sends("x" * 201)
    anna.sees("what is wrong in 1 to 200 letters")
    anna.sends_sticker()
    anna.sees("what is wrong in 1 to 200 letters")
    anna.sends("<b>We stopped</b>  after\n20 minutes")
    anna.sees("You said something is wrong: “<b>We stopped</b> after 20 minutes”")
    tess.sees("“<b>We stopped</b> after 20 minutes”")


def test_a_complaint_that_is_cancelled_tells_nobody(world: World, tess: Actor, anna: Actor, made: BookingId) -> None:
    begins(world, tess)
    tess.taps("14:00 Anna: Complete")
    world.passes(minutes=2)
    anna.taps("Something is wrong")
    anna.taps("Cancel")
    anna.sees("2 units used")
    anna.sends("We stopped early")
    anna.sees("I did not expect a message here")
    tess.sees_not("something is wrong")


def test_an_old_receipt_can_still_be_answered(world: World, tess: Actor, anna: Actor, made: BookingId) -> None:
    world.passes(hours=5)
    tess.taps("Complete · 2 units")
    world.passes(days=60)
    anna.taps("That's right")
    anna.sees("Session with Tess, Mon 30 Nov 2026, 14:00: 2 units used", "You said that's right")


def test_a_missed_session_can_be_disputed(world: World, tess: Actor, anna: Actor, made: BookingId) -> None:
    begins(world, tess)
    tess.taps("No-show")
    tess.taps("Yes, no-show")
    world.passes(minutes=2)
    anna.taps("Something is wrong")
    anna.sees("What is wrong with the no-show Mon 30 Nov, 14:00 with Tess (2 units used)?", "I had cancelled")
    anna.sees_not("I was not there", "It was shorter")
    anna.taps("I was there")
    anna.sees("You did not come", "You said something is wrong: “I was there”")
    tess.sees("Anna says something is wrong", "“I was there”")


@pytest.mark.parametrize("button", ["rc.y:{}", "rc.n:{}", "rc.w:{}:absent", "bk.y:{}"])
def test_somebody_else_s_receipt_or_reminder_does_not_exist(
    world: World, tess: Actor, anna: Actor, made: BookingId, button: str
) -> None:
    begins(world, tess)
    tess.taps("14:00 Anna: Complete")
    world.passes(minutes=2)
    for other in (world.trainee("Ben"), tess, world.owner()):
        other.forges(button.format(made))
        assert other.alert == "This does not exist any more."
    assert world.read(lambda work: work.bookings.get(made).receipt) is None


def test_a_receipt_that_was_never_due_shows_the_session(world: World, anna: Actor, made: BookingId) -> None:
    anna.forges(f"rc.n:{made}")
    anna.sees("Mon 30 Nov, 14:00–14:40 with Tess", "2 units held")


def test_a_session_that_has_begun_can_be_said_not_to_have_taken_place(
    world: World, tess: Actor, anna: Actor, made: BookingId
) -> None:
    begins(world, tess)
    tess.taps("14:00 Anna")
    tess.sees("Complete · 2 units", "No-show", "It did not take place: give the units back")
    tess.sees_not("Move", "Cancel")
    tess.taps("It did not take place")
    tess.sees("Today 14:00 with Anna did not take place?", "Anna gets 2 units back.", "Anna is told.", "‹ Keep it")
    tess.sees_not("free again", "cancel")
    tess.taps("Yes, it did not · 2 units back")
    assert tess.toast == "Did not take place; Anna is told"
    tess.sees("✓ Did not take place: today 14:00 with Anna. 2 units went back.")
    anna.sees("Did not take place: Mon 30 Nov, 14:00 with Tess. 2 units went back to your balance.")
    anna.sees_not("cancel")
    assert "8 free · 0 held" in balance(anna)
    tess.forges(f"dy.s:{made}")
    tess.sees("It did not take place. 2 units went back.")
    anna.sends("/sessions")
    anna.taps("History")
    anna.sees("Mon 30 Nov, 14:00 · Tess · did not take place, free")


def test_history_says_whose_word_ended_a_session(world: World, tess: Actor, anna: Actor, made: BookingId) -> None:
    tess.forges(f"tt.xx:{made}")
    own = world.book(anna, tess, berlin(16, days=2))
    anna.forges(f"bk.xx:{own}:0")
    anna.sends("/sessions")
    anna.taps("History")
    anna.sees("Mon 30 Nov, 14:00 · Tess · cancelled by the trainer, free", "Wed 2 Dec, 16:00 · Tess · cancelled, free")
    tess.forges(f"dy.s:{own}")
    tess.sees("Cancelled by Anna. 2 units went back.")
    tess.forges(f"tt.xx:{own}")
    tess.sees("Cancelled: Wed 2 Dec, 16:00 with Anna. 2 units went back.")
    tess.sees_not("is told")


def test_units_that_ran_out_meanwhile_are_said_to_be_lost_before_and_after(world: World, tess: Actor) -> None:
    kim = world.trainee("Kim")
    world.grant(kim, 1, expires_on=date(2026, 12, 2))
    world.book(kim, tess, berlin(16, days=2), minutes=20)
    world.passes(days=3)
    tess.sends("/today")
    tess.taps("No-show")
    tess.taps("‹ Back")
    tess.taps("It did not take place")
    tess.sees("1 unit cannot go back: the last day was Wed 2 Dec. An admin can give new ones.", "Yes, it did not")
    tess.sees_not("gets", "unit back")
    tess.taps("Yes, it did not")
    tess.sees("Did not take place: Wed 2 Dec, 16:00 with Kim. 1 unit cannot go back: the last day was Wed 2 Dec.")
    tess.sees_not("went back")
    kim.sees("Did not take place: Wed 2 Dec, 16:00 with Tess. 1 unit could not go back: the last day was Wed 2 Dec.")
    kim.sees("Please ask the studio about it.")
    kim.sees_not("went back")
    kim.sends("/sessions")
    kim.taps("History")
    kim.sees("did not take place, 1 unit expired")


def test_of_units_that_ran_out_in_part_the_rest_goes_back(world: World, tess: Actor) -> None:
    kim = world.trainee("Kim", units=1)
    world.grant(kim, 1, expires_on=date(2026, 12, 2))
    made = world.book(kim, tess, berlin(16, days=2))
    world.passes(days=3)
    tess.forges(f"tt.x:{made}")
    tess.sees("Kim gets 1 unit back.", "1 unit cannot go back: the last day was Wed 2 Dec.", "1 unit back")
    tess.taps("Yes, it did not · 1 unit back")
    kim.sees("1 unit went back to your balance. 1 unit could not go back: the last day was Wed 2 Dec.")


def test_a_second_tap_tells_the_same_of_units_that_ran_out(world: World, tess: Actor) -> None:
    kim = world.trainee("Kim", units=1)
    world.grant(kim, 1, expires_on=date(2026, 12, 2))
    made = world.book(kim, tess, berlin(16, days=2))
    world.passes(days=3)
    tess.forges(f"tt.xx:{made}")
    tess.forges(f"tt.xx:{made}")
    tess.sees("Did not take place: Wed 2 Dec, 16:00 with Kim. 1 unit went back. 1 unit had expired.", "Kim is told.")
    tess.sees_not("Cancelled", "2 units")
    tess.forges(f"dy.s:{made}")
    tess.sees("It did not take place. 1 unit went back. 1 unit had expired.")
    kim.forges(f"bk.xx:{made}:0")
    kim.sees("Did not take place: Wed 2 Dec, 16:00 with Tess.")
    kim.sees("1 unit went back to your balance. 1 unit had expired.")
    kim.sees_not("Cancelled", "2 units")


def disputed(world: World, tess: Actor, anna: Actor) -> None:
    begins(world, tess)
    tess.taps("14:00 Anna: Complete")
    world.passes(minutes=2)
    anna.taps("Something is wrong")
    anna.taps("I was not there")


def test_an_admin_settles_a_complaint_and_the_trainee_is_told(
    world: World, tess: Actor, anna: Actor, made: BookingId
) -> None:
    olga = world.owner()
    disputed(world, tess, anna)
    world.driver.together(olga.async_taps("It is settled"), olga.async_taps("It is settled"))
    olga.sees("✓ Settled: what Anna said about Mon 30 Nov, 14:00 with Tess.", "Anna is told.", "Units of Anna")
    anna.sees("Olga says that this is settled: Mon 30 Nov, 14:00 with Tess (2 units), where you said “I was not there”")
    assert sum("says that this is settled" in message.text for message in anna.messages) == 1
    tess.forges(f"dy.s:{made}")
    tess.sees("Anna said something was wrong: “I was not there”. It is settled.")
    tess.sees_not("Please talk", "says something is wrong")
    anna.sends("/sessions")
    anna.taps("History")
    anna.taps("Mon 30 Nov")
    anna.sees("you said something was wrong, and it is settled", "Something is wrong")


def test_the_trainer_settles_a_complaint_from_the_session_and_the_trainee_may_say_it_again(
    world: World, tess: Actor, anna: Actor, made: BookingId
) -> None:
    disputed(world, tess, anna)
    tess.taps("Show the session")
    tess.sees("Please talk")
    tess.taps("It is settled")
    assert tess.toast == "Settled"
    tess.sees("It is settled.")
    anna.sees("Tess says that this is settled")
    anna.taps("Something is wrong")
    anna.taps("I was not there")
    tess.sees("Anna says something is wrong")
    anna.taps("It is right after all")
    tess.sees("Anna says it is right after all")
    tess.forges(f"rc.s:{made}")
    tess.sees("Anna says that's right")
    anna.sees_not("settled")


def test_the_others_of_the_staff_hear_by_whom_a_complaint_is_settled(
    world: World, tess: Actor, anna: Actor, made: BookingId
) -> None:
    olga = world.owner()
    disputed(world, tess, anna)
    told = "says that this is settled: Mon 30 Nov, 14:00, 40 min with Tess (2 units), where Anna said “I was not there”"
    olga.taps("It is settled")
    tess.sees(f"Olga {told}", "Anna is told, too")
    olga.sees_not(told)
    anna.taps("Something is wrong")
    anna.taps("I was not there")
    tess.forges(f"rc.s:{made}")
    olga.sees(f"Tess {told}")
    tess.sees_not(told)


def test_an_admin_who_trains_hears_of_their_own_complaint_as_a_trainee_only(
    world: World, tess: Actor, anna: Actor, made: BookingId
) -> None:
    world.act(lambda work: give_role(work, work.people.find_by_telegram(anna.id), Role.ADMIN))
    disputed(world, tess, anna)
    anna.sees_not("Anna says something is wrong")
    tess.forges(f"rc.s:{made}")
    anna.sees("Tess says that this is settled", "where you said")
    anna.sees_not("where Anna said")


def test_nobody_else_settles_a_complaint(world: World, tess: Actor, anna: Actor, made: BookingId) -> None:
    disputed(world, tess, anna)
    tom = world.trainer("Tom")
    tom.forges(f"rc.s:{made}")
    assert tom.alert == "This does not exist any more."
    anna.forges(f"rc.sa:{made}")
    assert anna.alert
    tess.forges(f"dy.s:{made}")
    tess.sees("Please talk")
