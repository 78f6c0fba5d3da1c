// Turns the formatted text of a message into nodes: a fixed set of tags is rebuilt, everything else stays plain text.

import { h } from "./dom.js";

const PLAIN_TAGS = new Map([
  ["B", "strong"],
  ["I", "em"],
  ["U", "u"],
  ["S", "s"],
  ["PRE", "pre"],
]);
const SAFE_LINK = /^(https?|tg|mailto|tel):/i;

/** `act` holds what a tap on a part of the text does: `command(text)`, `link(url)` and `copied(text)`. */
export function richText(html, act) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const fragment = document.createDocumentFragment();
  fragment.append(...convertAll(parsed.body.childNodes, act));
  return fragment;
}

function convertAll(nodes, act) {
  return [...nodes].flatMap((node) => convert(node, act));
}

function convert(node, act) {
  if (node.nodeType === Node.TEXT_NODE) return [node.data];
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  const tag = PLAIN_TAGS.get(node.tagName);
  if (tag) return [h(tag, {}, convertAll(node.childNodes, act))];
  if (node.tagName === "CODE") return [code(node, act)];
  if (node.tagName === "A") return [link(node, act)];
  if (node.tagName === "BLOCKQUOTE") return [quote(node, act)];
  if (node.classList.contains("spoiler")) return [spoiler(node, act)];
  return convertAll(node.childNodes, act);
}

function link(node, act) {
  const text = node.textContent;
  const { command } = node.dataset;
  if (command) return commandLink(text, act);
  const url = withScheme(node.getAttribute("href") || text);
  return SAFE_LINK.test(url) ? linkTo(url, [text], act) : h("span", {}, text);
}

function commandLink(command, act) {
  return h(
    "button",
    { type: "button", class: "text-link", "data-command": command, onclick: () => act.command(command) },
    command,
  );
}

function withScheme(address) {
  return /^[\w-]+(\.[\w-]+)+(:\d+)?([/?#]|$)/.test(address) ? `https://${address}` : address;
}

function linkTo(url, children, act) {
  const follow = (event) => {
    event.preventDefault();
    act.link(url);
  };
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", onclick: follow }, children);
}

function code(node, act) {
  const text = node.textContent;
  if (node.parentElement?.tagName === "PRE") return h("code", {}, text);
  const copy = () => act.copied(text);
  return h(
    "code",
    { role: "button", tabindex: "0", title: "Copy", onclick: copy, onkeydown: pressed(copy) },
    text,
  );
}

function quote(node, act) {
  const inside = convertAll(node.childNodes, act);
  if (!node.classList.contains("expandable")) return h("blockquote", {}, inside);
  return h("details", { class: "quote" }, h("summary", {}, "Quote"), h("blockquote", {}, inside));
}

function spoiler(node, act) {
  const inside = h("span", { class: "spoiler-text" }, convertAll(node.childNodes, act));
  const cover = h(
    "span",
    {
      class: "spoiler",
      role: "button",
      tabindex: "0",
      "aria-label": "Hidden text, reveal",
      "aria-expanded": "false",
    },
    inside,
  );
  inside.inert = true;
  const reveal = () => {
    if (cover.classList.contains("revealed")) return;
    cover.classList.add("revealed");
    inside.inert = false;
    for (const name of ["role", "tabindex", "aria-label", "aria-expanded"]) cover.removeAttribute(name);
  };
  cover.addEventListener("click", reveal);
  cover.addEventListener("keydown", pressed(reveal));
  return cover;
}

function pressed(act) {
  return (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
  };
}
