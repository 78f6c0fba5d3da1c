// Draws one message: its bubble, what is attached to it, and its time. Keyboards and sheets are drawn elsewhere.

import { fullName, h, icon, iconButton } from "./dom.js";
import { fullOf, money, size, timeOf } from "./format.js";
import { inlineKeyboard } from "./keyboard.js";
import { richText } from "./text.js";

/** `act` is what the chat lets a message do (see chat.js); `chat` answers questions about neighbours. */
export function messageElement(message, act, chat) {
  const body = message.from === "service" ? serviceLine(message) : bubbleAndKeyboard(message, act, chat);
  return h(
    "article",
    {
      class: "message",
      "data-message": message.id,
      "data-from": message.from,
      "data-kind": kindOf(message),
      tabindex: "-1",
    },
    h("p", { class: "day", hidden: true }),
    body,
  );
}

/** The words that stand for a message where there is room for one line only. */
export function summary(message) {
  if (message.text || message.caption) return message.text || message.caption;
  if (message.payment) return `You paid ${money(message.payment.total_amount, message.payment.currency)}`;
  if (message.invoice) return `Invoice: ${message.invoice.title}`;
  if (message.document) return message.document.file_name;
  if (message.contact) return "Contact";
  return message.photo ? "Photo" : message.sticker ? "Sticker" : "Message";
}

function kindOf(message) {
  const kinds = ["photo", "document", "contact", "sticker", "invoice"];
  return kinds.find((kind) => message[kind]) ?? "text";
}

function serviceLine(message) {
  return h("p", { class: "service", dir: "auto" }, summary(message));
}

function bubbleAndKeyboard(message, act, chat) {
  const sender = h("span", { class: "visually-hidden" }, message.from === "bot" ? "Bot: " : "You: ");
  const bubble = h(
    "div",
    { class: "bubble" },
    sender,
    quoted(message, act, chat),
    attachments(message, act),
    words(message, act),
    meta(message),
  );
  const keyboard = inlineKeyboard(message, act, chat);
  return h("div", { class: "body", "data-wide": keyboard !== null }, bubble, tools(message, act), keyboard);
}

function quoted(message, act, chat) {
  if (!message.reply_to) return null;
  const original = chat.find(message.reply_to);
  const show = () => chat.reveal(message.reply_to);
  const text = original ? summary(original) : "Deleted message";
  return h("button", { type: "button", class: "quoted", onclick: show, dir: "auto" }, text);
}

function attachments(message, act) {
  return [
    message.photo && photo(message, act),
    message.document && documentLink(message.document),
    message.contact && contact(message.contact),
    message.sticker && h("span", { class: "sticker" }, message.sticker.emoji || "🏷"),
    message.invoice && invoice(message.invoice),
  ];
}

function photo(message, act) {
  const { url, width, height } = message.photo;
  const picture = h("img", { src: url, alt: message.caption || "Photo", width, height, loading: "lazy" });
  return h(
    "button",
    { type: "button", class: "photo", "aria-label": "Open the photo", onclick: () => act.openPhoto(message) },
    picture,
  );
}

function documentLink(file) {
  const ending = file.file_name.includes(".") ? file.file_name.split(".").pop().slice(0, 4) : "";
  return h(
    "a",
    { class: "document", href: file.url, download: file.file_name },
    h("span", { class: "document-icon" }, icon("document"), h("b", {}, ending)),
    h(
      "span",
      { class: "document-name" },
      h("span", { dir: "auto" }, file.file_name),
      h("small", {}, `${size(file.size)} · Download`),
    ),
  );
}

function contact(person) {
  return h(
    "div",
    { class: "contact" },
    h("span", { class: "contact-icon" }, icon("person")),
    h("span", {}, h("strong", { dir: "auto" }, fullName(person)), h("small", {}, person.phone_number)),
  );
}

function invoice(bill) {
  const price = money(bill.total_minor, bill.currency);
  return h(
    "div",
    { class: "invoice" },
    bill.photo_url?.startsWith("/") && h("img", { class: "invoice-photo", src: bill.photo_url, alt: "" }),
    h("p", { class: "invoice-title", dir: "auto" }, bill.title),
    h("p", { class: "invoice-description", dir: "auto" }, bill.description),
    h(
      "p",
      { class: "invoice-price" },
      h("strong", {}, price),
      h("span", { class: "stamp", "data-paid": bill.paid === true }, bill.paid ? "Paid" : "Invoice"),
    ),
  );
}

function words(message, act) {
  const html = message.html || message.caption_html;
  const text = message.text || message.caption;
  if (!html && !text) return null;
  return h("div", { class: "text", dir: "auto" }, html ? richText(html, act) : text);
}

function meta(message) {
  const edited = message.edited && !message.inline_keyboard?.length;
  return h(
    "span",
    { class: "meta" },
    message.pinned && icon("pin"),
    edited && h("span", {}, "edited"),
    h("time", { datetime: message.at, title: fullOf(message.at) }, timeOf(message.at)),
  );
}

function tools(message, act) {
  const editable = message.from === "person" && message.text;
  return h(
    "div",
    { class: "tools" },
    iconButton("reply", "Reply", () => act.reply(message)),
    editable && iconButton("edit", "Edit", () => act.edit(message)),
  );
}
