// The upper edge of a chat: whose phone it is, what they are doing, a menu, and the pinned message.

import { avatar, fullName, h, icon, iconButton } from "./dom.js";
import { summary } from "./message.js";
import { openMenu } from "./sheet.js";

export class Head {
  #chat;
  #page;

  /** `page` does what concerns the whole page: `openLink`, `choosePerson`, `close`. */
  constructor(chat, page) {
    this.#chat = chat;
    this.#page = page;
    this.root = h("header", { class: "phone-head" });
    this.pinned = h("button", { type: "button", class: "pinned", "data-role": "pinned", hidden: true });
  }

  update() {
    const { person } = this.#chat;
    const close = () => this.#page.close(person.id);
    this.root.replaceChildren(
      this.#switch(person),
      h("div", { class: "who" }, avatar(person), identity(person)),
      h("span", { class: "anchor" }, this.#more()),
      iconButton("close", `Close the chat of ${fullName(person)}`, close, { class: "icon-button close" }),
    );
    this.updatePinned();
  }

  showTyping(typing) {
    const text = typing ? "bot is typing…" : state(this.#chat.person);
    for (const status of this.root.querySelectorAll(".status")) status.textContent = text;
  }

  updatePinned() {
    const message = this.#chat.messages().findLast(({ pinned }) => pinned);
    this.pinned.hidden = !message;
    if (!message) return;
    const words = h("span", {}, h("strong", {}, "Pinned"), h("span", { dir: "auto" }, summary(message)));
    this.pinned.replaceChildren(icon("pin"), words);
    this.pinned.onclick = () => this.#chat.reveal(message.id);
  }

  /** On a small window the name is a button that leads to the other people. */
  #switch(person) {
    return h(
      "button",
      {
        type: "button",
        class: "switch",
        "data-role": "people-switch",
        "aria-label": `${fullName(person)}, change person`,
        onclick: () => this.#page.choosePerson(),
      },
      avatar(person),
      identity(person),
      icon("down"),
      h("span", { class: "badge", hidden: true }),
    );
  }

  #more() {
    const menu = { "aria-haspopup": "menu", "aria-expanded": "false", "data-role": "more" };
    const button = iconButton("more", "More", () => openMenu(button, this.#items()), menu);
    return button;
  }

  #items() {
    const chat = this.#chat;
    return [
      { label: "Open a link…", icon: "link", act: () => this.#page.openLink("", chat.id) },
      { label: "To the first message", icon: "back", act: () => chat.history.list.scrollTo({ top: 0 }) },
      chat.person.blocked
        ? { label: "Unblock the bot", icon: "check", act: () => chat.unblock() }
        : { label: "Block the bot", icon: "blocked", danger: true, act: () => chat.block() },
    ];
  }
}

function identity(person) {
  const name = h("span", { class: "name" }, h("bdi", {}, fullName(person)));
  return h("span", { class: "identity" }, name, h("span", { class: "status" }, state(person)));
}

function state(person) {
  if (person.blocked) return "has blocked the bot";
  return person.about || (person.started ? "in a chat with the bot" : "has not started the bot");
}
