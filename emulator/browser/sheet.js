// Sheets, alerts, toasts and menus. Inside one chat they hold only that chat still; the others stay usable.

import { h, icon, iconButton } from "./dom.js";

const FOCUSABLE = "button:not([disabled]), input, textarea, select, a[href], [tabindex='0']";
let lastId = 0;

/** Opens a sheet over one chat. Returns `{ body, close }`; Escape and a tap beside it close it too. */
export function openSheet(
  host,
  { title, role = "dialog", label = title, name, body = [], onclose = () => {} },
) {
  const id = `sheet-${++lastId}`;
  const content = h("div", { class: "sheet-body" }, body);
  const heading = h("h2", { id, dir: "auto" }, title);
  const panel = h(
    "section",
    {
      class: "sheet",
      role,
      "aria-labelledby": title ? id : null,
      "aria-label": title ? null : label,
      "data-role": name,
    },
    title && heading,
    content,
  );
  const backdrop = h(
    "div",
    { class: "backdrop", onclick: (event) => event.target === backdrop && close() },
    panel,
  );
  const before = document.activeElement;
  const held = [...host.children].filter((child) => !child.inert && !child.classList.contains("toasts"));
  const wasFocused = held.some((child) => child.contains(before));

  function close() {
    if (!backdrop.isConnected) return;
    backdrop.remove();
    for (const child of held) child.inert = false;
    if (wasFocused && before.isConnected) before.focus();
    onclose();
  }

  backdrop.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  for (const child of held) child.inert = true;
  host.append(backdrop);
  if (wasFocused || before === document.body)
    (content.querySelector("[autofocus]") ?? panel.querySelector(FOCUSABLE))?.focus();
  return { body: content, close, panel };
}

/** The answer to a tap that wants to be read and confirmed. */
export function openAlert(host, title, text) {
  const ok = h(
    "button",
    { type: "button", class: "button primary", autofocus: true, onclick: () => sheet.close() },
    "OK",
  );
  const sheet = openSheet(host, {
    title,
    role: "alertdialog",
    name: "alert",
    body: [h("p", { class: "alert-text", dir: "auto" }, text), h("div", { class: "sheet-actions" }, ok)],
  });
  sheet.panel.parentElement.classList.add("centred");
  return sheet;
}

export function showToast(host, text, kind = "plain") {
  const toast = h(
    "button",
    {
      type: "button",
      class: "toast",
      "data-role": "toast",
      "data-kind": kind,
      dir: "auto",
      onclick: () => toast.remove(),
    },
    text,
  );
  host.append(toast);
  while (host.children.length > 3) host.firstElementChild.remove();
  setTimeout(() => toast.remove(), 3200 + text.length * 35);
}

/** A small menu under (or above) the button that opened it. `items` are `{ label, icon, act, danger }`. */
export function openMenu(anchor, items) {
  const menu = h("div", { class: "menu", role: "menu", "data-role": "menu" });
  const close = (refocus) => {
    if (!menu.isConnected) return;
    document.removeEventListener("pointerdown", outside, true);
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (refocus) anchor.focus();
  };
  const outside = (event) => {
    if (!menu.contains(event.target) && !anchor.contains(event.target)) close(false);
  };
  for (const item of items.filter(Boolean)) {
    const choose = () => {
      close(true);
      item.act();
    };
    menu.append(
      h(
        "button",
        { type: "button", role: "menuitem", "data-danger": item.danger, onclick: choose },
        icon(item.icon),
        item.label,
      ),
    );
  }
  menu.addEventListener("keydown", (event) => onMenuKey(event, menu, close));
  document.addEventListener("pointerdown", outside, true);
  anchor.after(menu);
  anchor.setAttribute("aria-expanded", "true");
  menu.firstElementChild.focus();
}

function onMenuKey(event, menu, close) {
  const items = [...menu.children];
  const index = items.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) items[(index + step + items.length) % items.length].focus();
  else if (event.key === "Escape") close(true);
  else if (event.key === "Tab") close(false);
  else return;
  if (event.key !== "Tab") event.preventDefault();
  event.stopPropagation();
}

/** A dialog over the whole page. Returns `{ dialog, close }`. */
export function openDialog({ title, name, body, className = "" }) {
  const id = `sheet-${++lastId}`;
  const shut = () => dialog.close();
  const dialog = h(
    "dialog",
    { class: `page-dialog ${className}`, "aria-labelledby": id, "data-role": name },
    h(
      "header",
      { class: "dialog-head" },
      h("h2", { id, dir: "auto" }, title),
      iconButton("close", "Close", shut),
    ),
    body,
  );
  dialog.addEventListener("click", (event) => event.target === dialog && shut());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, close: shut };
}
