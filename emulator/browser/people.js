// The people of the demo: the list at the side, the same list as a dialog on a small window, and adding someone.

import { avatar, fullName, h, icon } from "./dom.js";
import { summary } from "./message.js";
import { openDialog } from "./sheet.js";

export class People {
  /** `show(id)` opens a chat, `openLink()` asks for a link to open. */
  constructor(root, store, connection, { show, openLink, visible, story }) {
    Object.assign(this, { root, store, connection, show, openLink, visible, story });
    this.list = h("ul", { class: "person-list" });
    root.append(
      h("h2", { class: "side-title" }, "People"),
      this.list,
      this.#buttons(() => {}),
      story,
    );
    for (const type of ["hello", "person", "message", "seen", "stage", "deleted"])
      store.on(type, () => this.#later());
  }

  choose() {
    const list = h("ul", { class: "person-list" });
    const sheet = openDialog({
      title: "People",
      name: "people-dialog",
      className: "bottom",
      body: h(
        "div",
        { class: "dialog-body" },
        list,
        this.#buttons(() => sheet.close()),
      ),
    });
    this.#draw(list, () => sheet.close());
    list.querySelector("[aria-current] , button")?.focus();
  }

  add() {
    const first = h("input", { name: "first_name", required: true, maxlength: 64, autofocus: true });
    const submit = async (event) => {
      event.preventDefault();
      const { person_id: id } = await this.connection
        .do("add_person", Object.fromEntries(new FormData(form)))
        .catch(() => ({}));
      sheet.close();
      if (id !== undefined) this.show(id);
    };
    const form = h(
      "form",
      { class: "form", onsubmit: submit },
      h(
        "div",
        { class: "form-pair" },
        field("First name", first),
        field("Last name", h("input", { name: "last_name", maxlength: 64 })),
      ),
      field(
        "User name, without @",
        h("input", { name: "username", maxlength: 32, pattern: "[A-Za-z0-9_]*" }),
      ),
      field(
        "Language of their app",
        h(
          "select",
          { name: "language_code" },
          [
            ["en", "English"],
            ["de", "German"],
            ["es", "Spanish"],
            ["fr", "French"],
            ["ar", "Arabic"],
          ].map(([value, name]) => h("option", { value }, name)),
        ),
      ),
      h("div", { class: "sheet-actions" }, h("button", { type: "submit", class: "button primary" }, "Add")),
    );
    const sheet = openDialog({
      title: "Add a person",
      name: "add-person",
      body: h("div", { class: "dialog-body" }, form),
    });
    first.focus();
  }

  #buttons(before) {
    const button = (name, label, role, act) =>
      h(
        "button",
        {
          type: "button",
          class: "button quiet",
          "data-role": role,
          onclick: () => {
            before();
            act();
          },
        },
        icon(name),
        label,
      );
    return h(
      "div",
      { class: "people-buttons" },
      button("add", "Add a person", "add-person-button", () => this.add()),
      button("link", "Open a link", "open-link-button", () => this.openLink()),
    );
  }

  #later() {
    if (this.drawing) return;
    this.drawing = true;
    queueMicrotask(() => {
      this.drawing = false;
      this.#draw(this.list, () => {});
    });
  }

  #draw(list, before) {
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.openPerson : null;
    list.replaceChildren(...[...this.store.people.values()].map((person) => this.#item(person, before)));
    if (focused) list.querySelector(`[data-open-person="${focused}"]`)?.focus();
  }

  #item(person, before) {
    const unread = this.store.unread(person.id);
    const last = this.store.messages(person.id).at(-1);
    const open = this.visible().includes(person.id);
    const place = [...this.store.people.keys()].indexOf(person.id) + 1;
    const shortcut = place <= 9 ? `Alt+${place}` : null;
    const show = () => {
      before();
      this.show(person.id);
    };
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "person",
          "data-open-person": person.id,
          "aria-keyshortcuts": shortcut,
          title: shortcut,
          "aria-current": open ? "true" : null,
          onclick: show,
        },
        avatar(person, person.blocked ? "muted" : ""),
        h(
          "span",
          { class: "identity" },
          h("span", { class: "name" }, h("bdi", {}, fullName(person))),
          h(
            "span",
            { class: "status", dir: "auto" },
            person.about || (last ? summary(last) : "has not started the bot"),
          ),
        ),
        unread > 0 &&
          h(
            "span",
            { class: "badge", "data-role": "unread", "aria-label": `${unread} unread` },
            String(unread),
          ),
      ),
    );
  }
}

function field(label, control) {
  return h("label", { class: "field" }, h("span", {}, label), control);
}
