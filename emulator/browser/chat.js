// One person's chat with the bot, drawn as a phone: it joins header, history and composer, and does what the person does.

import { Composer } from "./composer.js";
import { openContact } from "./contact.js";
import { fullName, h } from "./dom.js";
import { Head } from "./head.js";
import { History } from "./history.js";
import { openPayment } from "./payment.js";
import { openAlert, showToast } from "./sheet.js";
import { Taps } from "./tap.js";

const TYPING_MS = 5000;

export class Chat {
  #store;
  #connection;
  #page;
  #taps = new Taps((...place) => this.history.button(...place));
  #typingTimer = 0;
  #payment = null;

  /** `page` does what concerns the whole page: `openLink`, `openPhoto`, `choosePerson`, `close`. */
  constructor(personId, store, connection, page) {
    this.id = personId;
    this.#store = store;
    this.#connection = connection;
    this.#page = page;
    this.history = new History(this, this.#actions());
    this.composer = new Composer(this);
    this.toasts = h("div", { class: "toasts", role: "status", "data-role": "toasts" });
    this.head = new Head(this, page);
    this.root = h(
      "section",
      {
        class: "phone",
        "data-person": personId,
        "data-role": "chat",
        onkeydown: (event) => this.#key(event),
      },
      this.head.root,
      this.head.pinned,
      this.history.root,
      this.composer.root,
      this.toasts,
    );
    this.reset();
  }

  get person() {
    return this.#store.people.get(this.id);
  }

  get commands() {
    return this.#store.commands.get(this.id) ?? [];
  }

  messages() {
    return this.#store.messages(this.id);
  }

  find(messageId) {
    return this.#store.chats.get(this.id)?.get(messageId);
  }

  now() {
    return this.#store.now();
  }

  isWaiting(messageId, row, column) {
    return this.#taps.isWaiting(messageId, row, column);
  }

  reveal(messageId) {
    this.history.reveal(messageId);
  }

  toast(text, kind) {
    showToast(this.toasts, text, kind);
  }

  seen() {
    if (this.root.isConnected && !document.hidden && this.history.atBottom) this.#store.markSeen(this.id);
  }

  // What the person does

  async send(text, replyTo = null) {
    return (await this.#do("send", { text, reply_to: replyTo })) !== null;
  }

  async editText(message, text) {
    return (await this.#do("edit", { message_id: message.id, text })) !== null;
  }

  press(text) {
    return this.#do("press", { text });
  }

  start() {
    return this.#do("start").then(() => this.composer.focus());
  }

  block() {
    return this.#do("block").then(() => this.composer.focus());
  }

  unblock() {
    return this.#do("unblock").then(() => this.composer.focus());
  }

  sendSticker() {
    return this.#do("sticker");
  }

  sendFile(kind, name, data, caption) {
    return this.#do(kind, { name, data, caption });
  }

  shareContact() {
    openContact(this.root, this.person, (phone) => this.#do("contact", { phone_number: phone }));
  }

  async #do(action, details = {}) {
    try {
      return await this.#connection.do(action, { person_id: this.id, ...details });
    } catch (error) {
      this.toast(error.message, "trouble");
      return null;
    }
  }

  #actions() {
    return {
      command: (text) => this.send(text),
      link: (url) => this.#page.openLink(url, this.id),
      copied: (text) => this.#copy(text),
      openPhoto: (message) => this.#page.openPhoto(message.photo, message.caption),
      reply: (message) => this.composer.reply(message),
      edit: (message) => this.composer.edit(message),
      tap: (message, button, row, column) => this.#tap(message, button, row, column),
    };
  }

  #tap(message, button, row, column) {
    const kinds = {
      pay: () => this.#pay(message),
      copy: () => this.#copy(button.copy_text ?? button.text),
      switch: () => this.toast("Inline mode is not part of this chat."),
      url: () => this.#page.openLink(button.url, this.id),
      web_app: () => this.#page.openLink(button.url, this.id),
    };
    (kinds[button.kind] ?? (() => this.#callback(message.id, row, column, button.text)))();
  }

  #callback(messageId, row, column, label) {
    const send = async () => (await this.#do("tap", { message_id: messageId, row, column }))?.tap_id ?? null;
    this.#taps.start(messageId, row, column, label, send);
  }

  #pay(message) {
    const pay = (details) =>
      this.#connection.do("pay", { person_id: this.id, message_id: message.id, ...details });
    this.#payment = openPayment(this.root, message.invoice, fullName(this.person), pay);
  }

  /** Pays what an invoice link stands for. */
  payLink(url, invoice) {
    const pay = (details) => this.#connection.do("pay_link", { person_id: this.id, url, ...details });
    this.#payment = openPayment(this.root, invoice, fullName(this.person), pay);
  }

  async #copy(text) {
    await navigator.clipboard.writeText(text).catch(() => {});
    this.toast("Copied");
  }

  // What happens to the person

  /** Takes in one event that concerns this person. */
  receive(event) {
    const handlers = {
      message: () => this.#onMessage(event.message),
      deleted: () => this.#onDeleted(event.message_ids),
      pinned: () => this.#onPinned(),
      answer: () => this.#onAnswer(event),
      typing: () => this.#onTyping(),
      person: () => this.#update(),
      commands: () => this.composer.update(),
      payment: () => event.state === "checking" && this.#payment?.checking(event.text),
    };
    handlers[event.type]?.();
  }

  reset() {
    this.history.reset();
    this.#update();
  }

  #onMessage(message) {
    this.#taps.changed(message);
    if (message.from === "bot") this.#stopTyping();
    this.history.put(message);
    this.composer.update();
    this.head.updatePinned();
    this.seen();
  }

  #onDeleted(ids) {
    this.history.remove(ids);
    this.composer.update();
    this.head.updatePinned();
  }

  #onPinned() {
    this.history.redraw();
    this.head.updatePinned();
  }

  #onAnswer(event) {
    this.#taps.answered(event.tap_id);
    if (event.text && event.alert) openAlert(this.root, this.#store.bot.name, event.text);
    else if (event.text) this.toast(event.text);
    if (event.url) this.#page.openLink(event.url, this.id);
  }

  #onTyping() {
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => this.#stopTyping(), TYPING_MS);
    this.history.showTyping(true);
    this.head.showTyping(true);
  }

  #stopTyping() {
    clearTimeout(this.#typingTimer);
    if (this.history.typing.hidden) return;
    this.history.showTyping(false);
    this.head.showTyping(false);
  }

  #update() {
    const { person } = this;
    this.root.setAttribute("aria-label", `Chat of ${fullName(person)}`);
    this.head.update();
    this.composer.update();
    this.#updateWelcome();
  }

  #updateWelcome() {
    const { name, about } = this.#store.bot;
    this.history.welcome.replaceChildren(
      h("img", { src: "/static/mark.svg", alt: "", width: 56, height: 56 }),
      h("strong", { dir: "auto" }, name),
      h("p", { dir: "auto" }, about || "No messages here yet."),
    );
  }

  #key(event) {
    if (event.key === "Escape" && !event.defaultPrevented) this.composer.focus();
  }
}
