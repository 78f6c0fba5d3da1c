// The list of messages in one chat: drawing, order, grouping by sender and day, scrolling, and what is new.

import { h, icon } from "./dom.js";
import { dayHeading, dayKey } from "./format.js";
import { messageElement } from "./message.js";

const BOTTOM_PX = 56;
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const GROUP_MS = 10 * 60 * 1000;

export class History {
  #chat;
  #act;
  #drawn = new Map();
  #fresh = 0;
  #stuck = true;

  constructor(chat, act) {
    this.#chat = chat;
    this.#act = act;
    this.welcome = h("div", { class: "welcome" });
    this.typing = h("div", { class: "typing", hidden: true, "aria-hidden": "true" }, h("i"), h("i"), h("i"));
    this.inner = h("div", { class: "messages-inner" }, this.welcome, this.typing);
    this.list = h(
      "div",
      {
        class: "messages",
        role: "log",
        "aria-live": "off",
        "aria-label": "Messages",
        tabindex: "0",
        "data-role": "messages",
        onscroll: () => this.#scrolled(),
      },
      this.inner,
    );
    this.pill = h("button", {
      type: "button",
      class: "pill",
      hidden: true,
      "data-role": "new-messages",
      onclick: () => this.toBottom(true),
    });
    this.root = h("div", { class: "history" }, this.list, this.pill);
    const observer = new ResizeObserver(() => this.#stuck && this.toBottom());
    observer.observe(this.inner);
    observer.observe(this.list);
  }

  get atBottom() {
    return this.#stuck;
  }

  /** Draws every message anew, without motion. */
  reset() {
    for (const { element } of this.#drawn.values()) element.remove();
    this.#drawn.clear();
    for (const message of this.#chat.messages()) this.#insert(message, "");
    this.#arrange();
    this.toBottom();
  }

  put(message) {
    const before = this.#drawn.get(message.id);
    const key = JSON.stringify(message);
    if (before?.key === key) return;
    if (before) this.#replace(before, message, key);
    else this.#arrive(message);
    this.#arrange();
    if (this.#stuck) this.toBottom();
  }

  remove(ids) {
    for (const id of ids) {
      this.#drawn.get(id)?.element.remove();
      this.#drawn.delete(id);
    }
    this.#arrange();
  }

  redraw() {
    for (const message of this.#chat.messages()) this.put(message);
  }

  button(messageId, row, column) {
    return this.#drawn
      .get(messageId)
      ?.element.querySelector(`button[data-row="${row}"][data-column="${column}"]`);
  }

  reveal(messageId) {
    const element = this.#drawn.get(messageId)?.element;
    if (!element) return;
    element.scrollIntoView({ block: "center", behavior: CALM.matches ? "instant" : "smooth" });
    element.focus({ preventScroll: true });
    element.classList.add("revealed");
    setTimeout(() => element.classList.remove("revealed"), 1400);
  }

  toBottom(smooth = false) {
    this.#stuck = true;
    this.#fresh = 0;
    this.pill.hidden = true;
    this.list.scrollTo({
      top: this.list.scrollHeight,
      behavior: smooth && !CALM.matches ? "smooth" : "instant",
    });
  }

  showTyping(shown) {
    this.typing.hidden = !shown;
    if (this.#stuck) this.toBottom();
  }

  #scrolled() {
    this.#stuck = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < BOTTOM_PX;
    if (!this.#stuck) return;
    this.#fresh = 0;
    this.pill.hidden = true;
    this.#chat.seen();
  }

  #arrive(message) {
    this.#insert(message, "arrived");
    if (message.from === "person") this.#stuck = true;
    if (this.#stuck) return;
    this.#fresh += 1;
    this.pill.replaceChildren(
      icon("down"),
      this.#fresh === 1 ? "1 new message" : `${this.#fresh} new messages`,
    );
    this.pill.hidden = false;
  }

  #insert(message, className) {
    const element = messageElement(message, this.#act, this.#chat);
    if (className) element.classList.add(className);
    const next = [...this.#drawn.entries()].find(([id]) => id > message.id)?.[1].element ?? this.typing;
    next.before(element);
    this.#drawn.set(message.id, { element, message, key: JSON.stringify(message) });
    if (next !== this.typing) this.#drawn = new Map([...this.#drawn].sort(([one], [other]) => one - other));
  }

  #replace(before, message, key) {
    const focus = focusWithin(before.element);
    const element = messageElement(message, this.#act, this.#chat);
    element.classList.add("changed");
    before.element.replaceWith(element);
    this.#drawn.set(message.id, { element, message, key });
    focus?.(element);
  }

  #arrange() {
    const all = [...this.#drawn.values()];
    for (const [index, { element, message }] of all.entries()) {
      const before = all[index - 1]?.message;
      const after = all[index + 1]?.message;
      const newDay = !before || dayKey(before.at) !== dayKey(message.at);
      const day = element.firstElementChild;
      day.hidden = !newDay;
      day.textContent = newDay ? dayHeading(message.at, this.#chat.now()) : "";
      element.toggleAttribute("data-first", newDay || !together(before, message));
      element.toggleAttribute("data-last", !after || !together(message, after));
    }
    this.welcome.hidden = all.length > 0;
  }
}

function together(before, message) {
  return (
    before.from === message.from &&
    Date.parse(message.at) - Date.parse(before.at) < GROUP_MS &&
    dayKey(before.at) === dayKey(message.at)
  );
}

/** Remembers where the keyboard focus was in a message that is drawn anew; the result puts it back there. */
function focusWithin(element) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  if (!focused) return null;
  const { row, column } = focused.dataset;
  const same =
    row === undefined ? null : `button[data-row="${row}"][data-column="${column}"]:not([disabled])`;
  return (drawn) =>
    ((same && drawn.querySelector(same)) || drawn.querySelector(".key:not([disabled])") || drawn).focus({
      preventScroll: true,
    });
}
