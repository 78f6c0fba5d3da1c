// What concerns the whole page: links that are opened as somebody, the photo viewer, and the card that says what to try.

import { avatar, fullName, h, icon, iconButton } from "./dom.js";
import { openDialog } from "./sheet.js";

const GUIDE_SEEN = "browser-chat-guide-seen";

/** What a deep link to the bot carries; null when the link leads elsewhere. */
export function payloadOf(url, username) {
  const found =
    /^(?:https?:\/\/)?t\.me\/([a-z0-9_]+)\/?(?:\?(.*))?$/i.exec(url) ??
    /^tg:\/\/resolve\/?\?domain=([a-z0-9_]+)(?:&(.*))?$/i.exec(url);
  if (!found || found[1].toLowerCase() !== username.toLowerCase()) return null;
  return new URLSearchParams(found[2] ?? "").get("start") ?? "";
}

/** Asks as whom a deep link is opened. `open(personId, link)` opens it, `add()` adds somebody new. */
export function chooseOpener(link, personId, store, { open, add }) {
  const field = h("input", {
    name: "link",
    value: link,
    required: true,
    placeholder: `https://t.me/${store.bot.username}?start=…`,
    "aria-label": "Link or start payload",
    "data-role": "link",
  });
  const choose = (id) => {
    if (!field.reportValidity()) return;
    sheet.close();
    open(id, payloadOf(field.value.trim(), store.bot.username) ?? field.value.trim());
  };
  const people = [...store.people.values()].sort(
    (one, other) => (other.id === personId) - (one.id === personId),
  );
  const rows = people.map((person) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "person", "data-open-as": person.id, onclick: () => choose(person.id) },
        avatar(person),
        h(
          "span",
          { class: "identity" },
          h("span", { class: "name" }, h("bdi", {}, fullName(person))),
          h("span", { class: "status" }, person.about),
        ),
      ),
    ),
  );
  const copy = () => navigator.clipboard.writeText(field.value).catch(() => {});
  const body = h(
    "div",
    { class: "dialog-body" },
    h("label", { class: "field" }, h("span", {}, "Link to the bot, or only what follows start="), field),
    h("p", { class: "hint" }, "Open it as"),
    h("ul", { class: "person-list" }, rows),
    h(
      "div",
      { class: "people-buttons" },
      h("button", { type: "button", class: "button quiet", onclick: add }, icon("add"), "Somebody new"),
      h("button", { type: "button", class: "button quiet", onclick: copy }, icon("copy"), "Copy the link"),
    ),
  );
  const sheet = openDialog({ title: "Open a link", name: "open-link", body });
  (link ? sheet.dialog.querySelector("[data-open-as]") : field)?.focus();
}

export function openPhoto(photo, caption) {
  const body = h(
    "figure",
    { class: "viewer" },
    h("img", { src: photo.url, alt: caption || "Photo" }),
    h(
      "figcaption",
      {},
      caption && h("span", { dir: "auto" }, caption),
      h("a", { class: "button quiet", href: photo.url, download: "" }, icon("download"), "Save"),
    ),
  );
  openDialog({ title: "Photo", name: "photo-viewer", className: "viewer-dialog", body });
}

/** The card with the story: at the side on a wide window, a dialog where there is no room or when it is asked for. */
export class Guide {
  constructor(store) {
    this.store = store;
    this.card = h("section", {
      class: "guide",
      "data-role": "story",
      "aria-label": "What to try first",
      hidden: true,
    });
    store.on("hello", () => this.#draw());
  }

  get isNew() {
    return sessionStorage.getItem(GUIDE_SEEN) === null;
  }

  open() {
    if (matchMedia("(width >= 760px)").matches) {
      sessionStorage.removeItem(GUIDE_SEEN);
      this.#draw();
      this.card.querySelector("button")?.focus();
    } else {
      sessionStorage.setItem(GUIDE_SEEN, "yes");
      openDialog({
        title: "What to try first",
        name: "story-dialog",
        className: "bottom",
        body: h("div", { class: "dialog-body" }, this.#steps()),
      });
    }
  }

  #draw() {
    this.card.hidden = this.store.story.length === 0 || !this.isNew;
    const dismiss = () => {
      sessionStorage.setItem(GUIDE_SEEN, "yes");
      this.card.hidden = true;
    };
    const close = iconButton("close", "Dismiss", dismiss, { "data-role": "story-dismiss" });
    this.card.replaceChildren(
      h("header", { class: "guide-head" }, h("h2", { class: "side-title" }, "What to try first"), close),
      this.#steps(),
    );
  }

  #steps() {
    const steps = this.store.story.map(({ title, text }) =>
      h("li", {}, h("strong", {}, title), h("span", {}, text)),
    );
    return h("ol", { class: "steps" }, steps);
  }
}
