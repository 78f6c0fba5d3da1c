// Builds DOM nodes. Whatever comes from a chat is set as text or as an attribute, never parsed as markup.

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(node, name, value);
  node.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return node;
}

function setProp(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function") node.addEventListener(name.replace(/^on/, ""), value);
  else if (name === "class") node.className = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

const PATHS = {
  add: "M12 5v14M5 12h14",
  attach:
    "M20 11.5 12 19.4a5 5 0 0 1-7-7.1l8.2-8.1a3.4 3.4 0 0 1 4.8 4.8l-8.1 8a1.7 1.7 0 0 1-2.5-2.4l7.4-7.3",
  back: "M14.5 5.5 8 12l6.5 6.5",
  blocked: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM6 6l12 12",
  card: "M4 6h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1ZM3 10h18M7 14.5h4",
  check: "m5 12.5 4.5 4.5L19 7.5",
  close: "M6 6l12 12M18 6 6 18",
  copy: "M9 9h10v11H9zM15 9V4H5v11h4",
  document: "M7 3h7l5 5v13H7zM14 3v5h5",
  down: "m6 9.5 6 6 6-6",
  download: "M12 4v11m-5-4.5 5 5 5-5M5 20h14",
  edit: "m4 20 1-4.5L15.8 4.7a1.8 1.8 0 0 1 2.6 0l.9.9a1.8 1.8 0 0 1 0 2.6L8.5 19 4 20Z",
  external: "M9 6h9v9M18 6 6 18",
  guide:
    "M9.2 9.2a2.9 2.9 0 1 1 4.4 2.5c-1 .6-1.6 1.2-1.6 2.3M12 17.5v.1M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Z",
  keyboard: "M3 6.5h18v11H3zM7 10.5h.1M10.5 10.5h.1M14 10.5h.1M17.3 10.5h.1M8 14h8",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1",
  menu: "M5 7h14M5 12h14M5 17h9",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z",
  more: "M12 5.2a.6.6 0 1 1 0 1.2.6.6 0 1 1 0-1.2ZM12 11.4a.6.6 0 1 1 0 1.2.6.6 0 1 1 0-1.2ZM12 17.6a.6.6 0 1 1 0 1.2.6.6 0 1 1 0-1.2Z",
  person: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM4.5 20.5c.8-3.9 3.7-6 7.5-6s6.7 2.1 7.5 6",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-2.5 4 3.5M15.5 9v.1",
  pin: "M9 4h6l-.8 6 3.3 3.5H6.5L9.8 10zM12 13.5V20",
  reply: "M10 6 4.5 11.5 10 17M5 11.5h8.5c3.5 0 6 2 6 6",
  send: "M4.5 12 4 4.5 20.5 12 4 19.5zM4.5 12H12",
  skip: "M5 6l7 6-7 6zM13 6l6 6-6 6z",
  sticker: "M4 4h16v9l-7 7H4zM20 13h-7v7M8.5 9v.1M14 9v.1M8 13c1 1.3 2.2 1.8 4 1.5",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  trouble: "M12 4 21 19.5H3zM12 10v4.5M12 17v.1",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, onclick, props = {}) {
  return h(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...props },
    icon(name),
  );
}

export function avatar(person, extra = "") {
  const node = h("span", { class: `avatar ${extra}`, "aria-hidden": "true" }, initials(person));
  node.style.setProperty("--hue", String((Number(person.id) * 137.508) % 360));
  return node;
}

export function fullName(person) {
  return [person.first_name, person.last_name].filter(Boolean).join(" ") || "Nameless";
}

function initials(person) {
  const words = [person.first_name, person.last_name].filter(Boolean).join(" ").trim().split(/\s+/u);
  const letters = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...(word || "")][0] || "");
  return letters.join("").toUpperCase() || "?";
}
