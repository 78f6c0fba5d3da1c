// Which chats are on the screen: as many phones side by side as fit, one on a small window.

import { Chat } from "./chat.js";
import { h } from "./dom.js";

const NARROWEST_PX = 330;
const MOST = 4;
const KEPT = "browser-chat-open";

export class Stage {
  #chats = new Map();
  #open = [];
  #recent = [];
  #room = 0;

  constructor(root, store, connection, page) {
    Object.assign(this, { root, store, connection, page });
    new ResizeObserver(() => this.#fit()).observe(root);
  }

  /** Opens what was asked for in the address (`?people=1,2`), else what was open before, else the first people. */
  begin() {
    const asked = new URLSearchParams(location.search).get("people") ?? sessionStorage.getItem(KEPT) ?? "";
    const known = asked
      .split(",")
      .map(Number)
      .filter((id) => this.store.people.has(id));
    const ids = this.#open.length > 0 ? this.#open.filter((id) => this.store.people.has(id)) : known;
    this.#open = ids.length > 0 ? ids : [...this.store.people.keys()].slice(0, MOST);
    this.#recent = [...this.#open];
    for (const [id, chat] of this.#chats) {
      if (this.store.people.has(id)) chat.reset();
      else this.#chats.delete(id);
    }
    this.#room = 0;
    this.#fit();
  }

  get visible() {
    const shown = new Set(this.#recent.slice(0, this.#room));
    return this.#open.filter((id) => shown.has(id));
  }

  chat(id) {
    if (!this.#chats.has(id)) this.#chats.set(id, new Chat(id, this.store, this.connection, this.page));
    return this.#chats.get(id);
  }

  show(id, focus = true) {
    if (!this.#open.includes(id)) this.#place(id);
    this.#recent = [id, ...this.#recent.filter((other) => other !== id)];
    this.#draw();
    if (focus) this.chat(id).composer.focus();
  }

  close(id) {
    this.#open = this.#open.filter((other) => other !== id);
    this.#recent = this.#recent.filter((other) => other !== id);
    this.#draw();
  }

  /** Hands an event to the chat of its person, if that chat was ever drawn. */
  receive(event) {
    this.#chats.get(event.person_id ?? event.person?.id)?.receive(event);
  }

  #place(id) {
    const { visible } = this;
    if (visible.length < this.#room) {
      this.#open.push(id);
      return;
    }
    const oldest = this.#recent.findLast((other) => visible.includes(other));
    this.#open = this.#open
      .filter((other) => visible.includes(other))
      .map((other) => (other === oldest ? id : other));
    this.#recent = this.#recent.filter((other) => this.#open.includes(other));
  }

  #fit() {
    const room = Math.min(MOST, Math.max(1, Math.floor(this.root.clientWidth / NARROWEST_PX)));
    if (room === this.#room) return;
    this.#room = room;
    this.#draw();
  }

  #draw() {
    const { visible } = this;
    sessionStorage.setItem(KEPT, this.#open.join(","));
    const phones = visible.map((id) => this.chat(id).root);
    const drawn = [...this.root.children];
    if (
      phones.length === 0 ||
      phones.length !== drawn.length ||
      phones.some((phone, index) => phone !== drawn[index])
    ) {
      this.root.replaceChildren(
        ...(phones.length > 0 ? phones : [nobody(this.store.people.size, this.page.addPerson)]),
      );
      for (const id of visible) this.chat(id).history.toBottom();
    }
    for (const id of visible) this.chat(id).seen();
    this.store.tell("stage");
  }
}

function nobody(people, add) {
  const text = people > 0 ? "Choose a person to see their chat." : "Nobody is here yet.";
  const button = h("button", { type: "button", class: "button primary", onclick: add }, "Add a person");
  return h("div", { class: "nobody" }, h("p", {}, text), button);
}
