// The lower edge of a chat: what a person writes, the command menu, reply keyboards, and START or UNBLOCK instead.

import { h, icon, iconButton } from "./dom.js";
import { openReplyKeyboard, replyKeyboard } from "./keyboard.js";
import { summary } from "./message.js";
import { openMenu } from "./sheet.js";

const LARGEST_FILE = 10 * 1024 * 1024;
let lastId = 0;

export class Composer {
  #chat;
  #context = null;
  #offered = [];
  #chosen = -1;
  #keyboardHidden = false;
  #keyboardKey = "";

  /** `chat` is the Chat it belongs to: it sends, and knows the person, the messages and the commands. */
  constructor(chat) {
    this.#chat = chat;
    this.#build();
  }

  #build() {
    const listId = `commands-${++lastId}`;
    this.field = h("textarea", {
      rows: 1,
      placeholder: "Message",
      "data-role": "composer",
      "aria-label": "Message",
      maxlength: 4096,
      dir: "auto",
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": listId,
      oninput: () => this.#changed(),
      onkeydown: (event) => this.#key(event),
      onblur: () => this.#offer([]),
    });
    this.list = h("ul", {
      id: listId,
      class: "commands",
      role: "listbox",
      "aria-label": "Commands",
      "data-role": "commands",
      hidden: true,
    });
    this.bar = h("div", { class: "context", hidden: true });
    this.menuButton = iconButton("menu", "Commands", () => this.#toggleMenu(), {
      class: "icon-button command-button",
      "data-role": "command-menu",
      onmousedown: keepFocus,
    });
    this.keyboardButton = iconButton("keyboard", "Suggested answers", () => this.#toggleKeyboard(), {
      "data-role": "keyboard-toggle",
    });
    this.attachButton = iconButton("attach", "Attach", () => this.#attach(), {
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "data-role": "attach",
    });
    this.sendButton = iconButton("send", "Send", () => this.#submit(), {
      class: "icon-button send",
      "data-role": "send",
    });
    this.file = h("input", {
      type: "file",
      hidden: true,
      "data-role": "file",
      onchange: () => this.#upload(),
    });
    this.row = h(
      "div",
      { class: "composer-row" },
      this.menuButton,
      h(
        "div",
        { class: "composer-field" },
        this.field,
        this.keyboardButton,
        h("span", { class: "anchor" }, this.attachButton),
      ),
      this.sendButton,
      this.file,
    );
    this.gate = h("button", { type: "button", class: "button primary wide gate" });
    this.keys = h("div", { class: "keys" });
    this.root = h("footer", { class: "composer" }, this.list, this.bar, this.gate, this.row, this.keys);
    this.gate.addEventListener("click", () =>
      this.#chat.person.blocked ? this.#chat.unblock() : this.#chat.start(),
    );
  }

  /** Draws again what depends on the person, the messages or the commands. */
  update() {
    const { person } = this.#chat;
    const closed = person.blocked || !person.started;
    this.row.hidden = closed;
    this.gate.hidden = !closed;
    this.gate.textContent = person.blocked ? "Unblock" : "Start";
    this.gate.dataset.role = person.blocked ? "unblock" : "start";
    this.menuButton.hidden = this.#chat.commands.length === 0;
    this.#updateKeyboard(closed);
  }

  focus() {
    (this.row.hidden ? this.gate : this.field).focus();
  }

  reply(message) {
    this.#setContext({ kind: "reply", message }, "Reply to", summary(message));
  }

  edit(message) {
    this.#setContext({ kind: "edit", message }, "Edit", summary(message));
    this.#write(message.text);
  }

  #setContext(context, title, text) {
    this.#context = context;
    const cancel = iconButton("close", "Cancel", () => this.#clear());
    this.bar.replaceChildren(
      icon(context.kind),
      h("span", {}, h("strong", {}, title), h("span", { dir: "auto" }, text)),
      cancel,
    );
    this.bar.hidden = false;
    this.field.focus();
  }

  #clear() {
    this.#context = null;
    this.bar.hidden = true;
    this.#write("");
    this.field.focus();
  }

  #write(text) {
    this.field.value = text;
    this.#changed();
  }

  #changed() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
    const text = this.field.value;
    const typed = /^\/\w*$/.test(text) ? text.slice(1).toLowerCase() : null;
    this.#offer(typed === null ? [] : this.#chat.commands.filter(({ command }) => command.startsWith(typed)));
  }

  async #submit() {
    const text = this.field.value.trim();
    if (!text) return;
    const context = this.#context;
    this.#clear();
    const sent =
      context?.kind === "edit"
        ? await this.#chat.editText(context.message, text)
        : await this.#chat.send(text, context?.message.id);
    if (!sent && !this.field.value) this.#write(text);
  }

  #key(event) {
    const open = this.#offered.length > 0;
    if (open && this.#menuKey(event)) return event.preventDefault();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape" && this.#context) {
      event.stopPropagation();
      this.#clear();
    } else if (event.key === "ArrowUp" && !this.field.value && !this.#context) {
      const last = this.#chat
        .messages()
        .findLast((message) => message.from === "person" && message.text && !message.text.startsWith("/"));
      if (last) this.edit(last);
    }
    return undefined;
  }

  #menuKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const command = this.#offered[this.#chosen];
    if (step) this.#choose((this.#chosen + step + this.#offered.length) % this.#offered.length);
    else if (event.key === "Escape") this.#offer([]);
    else if (event.key === "Tab" && command && !event.shiftKey) this.#write(`/${command.command} `);
    else if (event.key === "Enter" && command && !event.shiftKey) this.#pick(command);
    else return false;
    event.stopPropagation();
    return true;
  }

  #offer(commands) {
    this.#offered = commands;
    this.list.replaceChildren(...commands.map((command, index) => this.#option(command, index)));
    this.list.hidden = commands.length === 0;
    this.field.setAttribute("aria-expanded", String(commands.length > 0));
    this.#choose(commands.length > 0 ? 0 : -1);
  }

  #option(command, index) {
    return h(
      "li",
      {
        id: `${this.list.id}-${index}`,
        role: "option",
        "data-command": command.command,
        onmousedown: keepFocus,
        onclick: () => this.#pick(command),
      },
      h("b", {}, `/${command.command}`),
      h("span", { dir: "auto" }, command.description),
    );
  }

  #choose(index) {
    this.#chosen = index;
    for (const [at, option] of [...this.list.children].entries())
      option.setAttribute("aria-selected", String(at === index));
    this.list.children[index]?.scrollIntoView({ block: "nearest" });
    if (index < 0) this.field.removeAttribute("aria-activedescendant");
    else this.field.setAttribute("aria-activedescendant", `${this.list.id}-${index}`);
  }

  #pick(command) {
    this.#write("");
    this.#chat.send(`/${command.command}`);
  }

  #toggleMenu() {
    this.field.focus();
    this.#offer(this.#offered.length > 0 ? [] : this.#chat.commands);
  }

  #updateKeyboard(closed) {
    const keyboard = closed ? null : openReplyKeyboard(this.#chat.messages());
    const key = JSON.stringify(keyboard);
    if (key !== this.#keyboardKey) {
      this.#keyboardKey = key;
      this.#keyboardHidden = false;
      const drawn =
        keyboard &&
        replyKeyboard(
          keyboard,
          (text) => this.#chat.press(text),
          () => this.#chat.shareContact(),
        );
      this.keys.replaceChildren(...(drawn ? [drawn] : []));
    }
    this.keyboardButton.hidden = !keyboard;
    this.keys.hidden = !keyboard || this.#keyboardHidden;
    this.keyboardButton.setAttribute("aria-pressed", String(!this.keys.hidden));
  }

  #toggleKeyboard() {
    this.#keyboardHidden = !this.#keyboardHidden;
    this.update();
  }

  #attach() {
    const choose = (kind, accept) => () => {
      this.file.dataset.kind = kind;
      this.file.accept = accept;
      this.file.click();
    };
    openMenu(this.attachButton, [
      { label: "Photo", icon: "photo", act: choose("photo", "image/png,image/jpeg,image/webp") },
      { label: "Document", icon: "document", act: choose("document", "") },
      { label: "Contact", icon: "person", act: () => this.#chat.shareContact() },
      { label: "Sticker", icon: "sticker", act: () => this.#chat.sendSticker() },
    ]);
  }

  async #upload() {
    const [file] = this.file.files;
    this.file.value = "";
    if (!file) return;
    if (file.size > LARGEST_FILE) this.#chat.toast("Files up to 10 MB can be sent here.", "trouble");
    else
      await this.#chat.sendFile(this.file.dataset.kind, file.name, await base64(file), this.#takeCaption());
  }

  #takeCaption() {
    const caption = this.field.value.trim();
    this.#write("");
    return caption;
  }
}

function keepFocus(event) {
  event.preventDefault();
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
