// Draws inline keyboards (under a message) and reply keyboards (under the composer).

import { h, icon } from "./dom.js";

const MARKS = { url: "external", web_app: "external", pay: "card", copy: "copy", switch: "reply" };

export function inlineKeyboard(message, act, chat) {
  const rows = message.inline_keyboard ?? [];
  if (rows.length === 0) return null;
  const drawn = rows.map((row, rowIndex) =>
    h(
      "div",
      { class: "keyboard-row" },
      row.map((button, column) => inlineButton(button, rowIndex, column, message, act, chat)),
    ),
  );
  return h(
    "div",
    { class: "keyboard", role: "group", "aria-label": "Buttons", onkeydown: moveByArrows },
    drawn,
  );
}

function inlineButton(button, row, column, message, act, chat) {
  const paid = button.kind === "pay" && message.invoice?.paid;
  const busy = chat.isWaiting(message.id, row, column);
  return h(
    "button",
    {
      type: "button",
      class: "key",
      "data-row": row,
      "data-column": column,
      "data-kind": button.kind,
      "data-style": button.kind === "pay" ? "success" : button.style || null,
      "aria-busy": busy ? "true" : null,
      disabled: paid,
      onclick: () => act.tap(message, button, row, column),
    },
    h("span", { dir: "auto" }, paid ? "Paid" : button.text),
    MARKS[button.kind] && icon(paid ? "check" : MARKS[button.kind]),
  );
}

export function replyKeyboard(keyboard, press, shareContact) {
  const rows = keyboard.rows.map((row) =>
    h(
      "div",
      { class: "keyboard-row" },
      row.map((button) => replyButton(button, press, shareContact)),
    ),
  );
  return h(
    "div",
    {
      class: "reply-keyboard",
      "data-role": "reply-keyboard",
      role: "group",
      "aria-label": "Suggested answers",
      onkeydown: moveByArrows,
    },
    rows,
  );
}

function replyButton(button, press, shareContact) {
  const onclick = () => (button.request_contact ? shareContact() : press(button.text));
  return h(
    "button",
    { type: "button", class: "key", onclick },
    h("span", { dir: "auto" }, button.text),
    button.request_contact && icon("person"),
  );
}

/** The keyboard that is open after these messages, or null: the newest one that was neither removed nor used up. */
export function openReplyKeyboard(messages) {
  const index = messages.findLastIndex((message) => message.reply_keyboard);
  const keyboard = messages[index]?.reply_keyboard;
  if (!keyboard || keyboard === "remove") return null;
  const used = messages.slice(index + 1).some((message) => message.from === "person");
  return keyboard.one_time && used ? null : keyboard;
}

function moveByArrows(event) {
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  const current = event.target.closest(".key");
  if (!step || !current) return;
  const rows = [...event.currentTarget.children].map((row) => [...row.children]);
  const rowIndex = rows.findIndex((row) => row.includes(current));
  const column = rows[rowIndex].indexOf(current) + step[1];
  const row = rows[rowIndex + step[0]];
  const next = step[0] ? row?.[Math.min(column, row.length - 1)] : row[column];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
