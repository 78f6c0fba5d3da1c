"""What is on sale, for the admin: the list, a package's card, and the steps that change it or add one."""

from bot import reading
from bot.chat import Screen
from bot.keyboards import package as keys
from bot.words import Html, Words
from domain.package import Package, Terms


def packages(words: Words, listed: list[Package], *, online: bool, changed: str = "") -> Screen:
    lines = [changed, ""] if changed else []
    lines.append(words.t("<b>Packages</b>, as buyers see them"))
    lines += [_line(words, each) for each in listed]
    if not listed:
        lines.append(words.t("Nothing is on sale yet. Begin with a single unit, or with a package of ten."))
    else:
        lines += ["", words.t("Tap one to change its price, its validity or its place.")]
    return Screen("\n".join([*lines, *_off(words, online=online)]), keys.packages(words, listed))


def card(words: Words, listed: list[Package], shown: Package, changed: str = "") -> Screen:
    place = next(i for i, each in enumerate(listed) if each.id == shown.id)
    lines = [changed, ""] if changed else []
    lines += [
        words.t("<b>{terms}</b>", terms=terms_of(words, shown)),
        validity(words, shown.valid_days),
        words.t("Number {place} of {count} in the list.", place=place + 1, count=len(listed)),
        _standing(words, shown),
    ]
    return Screen("\n".join(lines), keys.card(words, shown, listed[place - 1] if place else None))


def ask_price(words: Words, shown: Package) -> Screen:
    text = words.t(
        "<b>{terms}</b>\nType the new price for all {units}, for example <i>{example}</i>.",
        terms=terms_of(words, shown),
        units=words.units(shown.units),
        example=reading.amount_example(shown.currency),
    )
    return Screen(text, keys.typing(words, keys.OpenPackage(package=shown.id)))


def confirm_price(words: Words, shown: Package, price_minor: int) -> Screen:
    after = Terms(units=shown.units, price_minor=price_minor, currency=shown.currency)
    text = words.t(
        "<b>{units}: {before} → {after}</b>\nOne unit then costs {each} (now {each_before}).\n\n"
        "Buyers see the new price at once. Invoices already sent at the old price are refused and charge nothing; "
        "units already bought stay as they are.",
        units=words.units(shown.units),
        before=words.money(shown.price_minor, shown.currency),
        after=words.money(price_minor, shown.currency),
        each=words.money(after.unit_price_minor, shown.currency),
        each_before=words.money(shown.unit_price_minor, shown.currency),
    )
    return Screen(text, keys.confirm_price(words, shown, price_minor))


def ask_validity(words: Words, shown: Package) -> Screen:
    text = words.t(
        "<b>{terms}</b>\n{now}\n\nFor how long shall units be valid that are bought from now on? "
        "Units already bought keep their date. Tap, or type for example <i>60 days</i>.",
        terms=terms_of(words, shown),
        now=validity(words, shown.valid_days),
    )
    return Screen(text, keys.validities(words, shown))


def ask_units(words: Words) -> Screen:
    text = words.t("<b>New package</b>\nHow many units does it hold? Tap, or type a number, for example <i>12</i>.")
    return Screen(text, keys.units(words))


def ask_new_price(words: Words, units: int, currency: str) -> Screen:
    text = words.t(
        "<b>New package: {units}</b>\nType the price for all of it, for example <i>{example}</i>.",
        units=words.units(units),
        example=reading.amount_example(currency),
    )
    return Screen(text, keys.typing(words, keys.AskUnits()))


def ask_new_validity(words: Words, terms: Terms) -> Screen:
    text = words.t(
        "<b>New package: {terms}</b>\nFor how long are the units valid after buying? "
        "Tap, or type for example <i>60 days</i>.",
        terms=terms_of(words, terms),
    )
    return Screen(text, keys.new_validities(words, terms.units, terms.price_minor))


def confirm_new(words: Words, terms: Terms, *, online: bool) -> Screen:
    lines = [
        words.t("<b>New package: {terms}</b>", terms=terms_of(words, terms)),
        words.t("One unit costs {price}.", price=words.money(terms.unit_price_minor, terms.currency)),
        validity(words, terms.valid_days),
        "",
        words.t("Once it is on sale, buyers see it at once, last in the list."),
    ]
    return Screen("\n".join([*lines, *_off(words, online=online)]), keys.confirm_new(words, terms))


def price_changed(words: Words, changed: Package) -> str:
    price = words.money(changed.price_minor, changed.currency)
    return words.t("✓ {units} now cost {price}.", units=words.units(changed.units), price=price)


def validity_changed(words: Words) -> str:
    return words.t("✓ Changed for units bought from now on.")


def sale_changed(words: Words, changed: Package) -> str:
    return words.t("✓ On sale.") if changed.on_sale else words.t("✓ Hidden from buyers.")


def created(words: Words, made: Package) -> str:
    return words.t("✓ On sale: {terms}.", terms=terms_of(words, made))


def terms_of(words: Words, terms: Terms) -> str:
    """`10 units for €220 (€22 each)`."""
    facts = {
        "units": words.units(terms.units),
        "price": words.money(terms.price_minor, terms.currency),
        "each": words.money(terms.unit_price_minor, terms.currency),
    }
    if terms.units == 1:
        return words.plain("{units} for {price}", **facts)
    return words.plain("{units} for {price} ({each} each)", **facts)


def validity(words: Words, valid_days: int | None) -> str:
    if valid_days is None:
        return words.t("The units never expire.")
    return words.n("Valid for {n} day after buying.", "Valid for {n} days after buying.", valid_days)


def _line(words: Words, listed: Package) -> str:
    validity_told = words.n("{n} day", "{n} days", listed.valid_days) if listed.valid_days else words.t("no expiry")
    line = words.t("{terms} · {validity}", terms=terms_of(words, listed), validity=validity_told)
    return line if listed.on_sale else words.t("<i>hidden:</i> {line}", line=Html(line))


def _standing(words: Words, shown: Package) -> str:
    if shown.on_sale:
        return words.t("<b>On sale.</b> Hiding it takes effect at once: open invoices are refused and charge nothing.")
    return words.t("<b>Hidden.</b> Buyers do not see it; units already bought stay valid.")


def _off(words: Words, *, online: bool) -> list[str]:
    if online:
        return []
    told = words.t(
        "<b>Buying is off</b>: set PAYMENT_PROVIDER_TOKEN (from @BotFather, under Payments) and start the bot again. "
        "Packages can be prepared meanwhile."
    )
    return ["", told]
