// The bar at the top: the emulator's clock and its moves, the colour scheme, the guide and what the server refused.

import { h, icon, iconButton } from "./dom.js";
import { dayOf, timeOf, when } from "./format.js";
import { openDialog } from "./sheet.js";

const SCHEME = "browser-chat-scheme";

export class ClockBar {
  constructor(root, store, connection, { guide, say }) {
    Object.assign(this, { root, store, connection, guide, say });
    this.time = h("time", { class: "clock-time", "data-role": "clock" });
    this.day = h("span", { class: "clock-day", "data-role": "clock-day" });
    this.hour = this.#move("clock-hour", { hours: 1 }, "+1 h", "our");
    this.oneDay = this.#move("clock-day-forward", { days: 1 }, "+1 d", "ay");
    this.next = this.#move("clock-next", { next_due: true }, "Next", "");
    this.moves = h(
      "div",
      { class: "clock-moves", role: "group", "aria-label": "Move the clock" },
      this.hour,
      this.oneDay,
      this.next,
    );
    this.state = h("span", { class: "link-state", role: "status", "data-role": "connection" });
    this.troubles = iconButton("trouble", "What the server refused", () => this.#showTroubles(), {
      class: "icon-button trouble-button",
      "data-role": "troubles",
      hidden: true,
    });
    this.help = iconButton("guide", "What to try first", () => guide.open(), {
      "data-role": "guide-button",
      hidden: true,
    });
    this.scheme = iconButton("moon", "Light or dark", () => this.#toggleScheme(), { "data-role": "scheme" });
    root.append(
      h(
        "div",
        { class: "brand" },
        h("img", { src: "/static/mark.svg", alt: "", width: 30, height: 30 }),
        h("span", { class: "brand-name" }, "Browser chat"),
      ),
      h("div", { class: "clock" }, h("div", { class: "clock-face" }, this.time, this.day), this.moves),
      h("div", { class: "top-tools" }, this.state, this.troubles, this.help, this.scheme),
    );
    this.#applyScheme(localStorage.getItem(SCHEME));
    for (const type of ["hello", "clock"]) store.on(type, () => this.#draw());
    store.on("trouble", () => (this.troubles.hidden = false));
    setInterval(() => this.#tick(), 1000);
  }

  connected(yes) {
    this.state.textContent = yes ? "" : "Reconnecting…";
    document.body.classList.toggle("offline", !yes);
  }

  #move(role, how, short, rest) {
    const forward = (event) => this.#forward(how, event.currentTarget);
    const label = rest && `${short}${rest}`;
    return h(
      "button",
      {
        type: "button",
        class: "button move",
        "data-role": role,
        "aria-label": label || null,
        onclick: forward,
      },
      h("span", {}, short, h("span", { class: "long" }, rest)),
    );
  }

  async #forward(how, button) {
    if (this.root.classList.contains("moving")) return;
    this.#moving(true);
    try {
      await this.connection.do("advance", how);
    } catch (error) {
      this.say(error.message);
    }
    this.#moving(false);
    if (document.activeElement === document.body) button.focus();
  }

  #moving(yes) {
    this.root.classList.toggle("moving", yes);
    this.moves.setAttribute("aria-busy", String(yes));
    for (const button of [this.hour, this.oneDay, this.next]) button.disabled = yes;
    if (!yes) this.#draw();
  }

  #draw() {
    this.#tick();
    const dueAt = this.store.nextDue;
    const due = dueAt ? when(dueAt, this.store.now()) : "nothing is due";
    this.next.replaceChildren(
      icon("skip"),
      h("span", {}, h("b", {}, "Next "), h("span", { class: "next-what" }, due)),
    );
    this.next.disabled = !dueAt || this.root.classList.contains("moving");
    this.help.hidden = this.store.story.length === 0;
    this.help.toggleAttribute("data-new", this.guide.isNew);
  }

  #tick() {
    const now = this.store.now();
    this.time.textContent = timeOf(now);
    this.time.dateTime = new Date(now).toISOString();
    this.day.textContent = dayOf(now);
  }

  #toggleScheme() {
    const dark = document.documentElement.dataset.scheme === "dark";
    localStorage.setItem(SCHEME, dark ? "light" : "dark");
    this.#applyScheme(dark ? "light" : "dark");
  }

  #applyScheme(chosen) {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const scheme = chosen ?? (system.matches ? "dark" : "light");
    document.documentElement.dataset.scheme = scheme;
    this.scheme.replaceChildren(icon(scheme === "dark" ? "sun" : "moon"));
    if (!chosen)
      system.addEventListener("change", () => localStorage.getItem(SCHEME) || this.#applyScheme(null), {
        once: true,
      });
  }

  #showTroubles() {
    const rows = this.store.troubles.map(({ text, at }) =>
      h("li", {}, h("time", {}, timeOf(at)), h("code", {}, text)),
    );
    openDialog({
      title: "What the server refused or noted",
      name: "trouble-drawer",
      className: "drawer",
      body: h("ol", { class: "dialog-body troubles" }, rows.reverse()),
    });
  }
}
