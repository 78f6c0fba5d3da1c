// Joins the parts of the page and starts them.

import { ClockBar } from "./clock.js";
import { Connection } from "./connection.js";
import { fullName } from "./dom.js";
import { summary } from "./message.js";
import { chooseOpener, Guide, openPhoto, payloadOf } from "./page.js";
import { People } from "./people.js";
import { Stage } from "./stage.js";
import { Store } from "./store.js";

const part = (role) => document.querySelector(`[data-role="${role}"]`);
const store = new Store();
const guide = new Guide(store);
const connection = new Connection(
  (event) => store.apply(event),
  (connected) => bar.connected(connected),
);

const page = {
  openLink,
  openPhoto,
  addPerson: () => people.add(),
  choosePerson: () => people.choose(),
  close: (id) => stage.close(id),
};
const stage = new Stage(part("stage"), store, connection, page);
const people = new People(part("people"), store, connection, {
  show: (id) => stage.show(id),
  openLink: () => openLink("", stage.visible[0]),
  visible: () => stage.visible,
  story: guide.card,
});
const bar = new ClockBar(part("top"), store, connection, { guide, say });

async function openLink(url, personId) {
  if (url === "" || payloadOf(url, store.bot.username) !== null) {
    chooseOpener(url, personId, store, { open: openAs, add: () => people.add() });
  } else if (isInvoiceLink(url)) {
    await connection.do("invoice", { person_id: personId, url }).then(
      (invoice) => stage.chat(personId).payLink(url, invoice),
      (error) => stage.chat(personId).toast(error.message, "trouble"),
    );
  } else if (/^https?:\/\//i.test(url)) {
    window.open(url, "_blank", "noopener,noreferrer");
  } else {
    stage.chat(personId).toast("This kind of link cannot be opened here.");
  }
}

function isInvoiceLink(url) {
  return /^https?:\/\/t\.me\/(invoice\/|\$)/i.test(url);
}

async function openAs(personId, link) {
  stage.show(personId);
  await connection
    .do("open", { person_id: personId, link })
    .catch((error) => stage.chat(personId).toast(error.message, "trouble"));
}

function say(text) {
  const [first] = stage.visible;
  if (first !== undefined) stage.chat(first).toast(text, "trouble");
}

function announce({ person_id: personId, message }) {
  if (message.from !== "bot" || !stage.visible.includes(personId)) return;
  part("announcer").textContent =
    `${fullName(store.people.get(personId))}, from the bot: ${summary(message)}`;
}

function countUnread() {
  const total = [...store.people.keys()].reduce((sum, id) => sum + store.unread(id), 0);
  const elsewhere = [...store.people.keys()]
    .filter((id) => !stage.visible.includes(id))
    .reduce((sum, id) => sum + store.unread(id), 0);
  document.title = `${total > 0 ? `(${total}) ` : ""}${store.bot.name || "Browser chat"}`;
  for (const badge of document.querySelectorAll(".switch .badge")) {
    badge.hidden = elsewhere === 0;
    badge.textContent = String(elsewhere);
  }
}

store.on("hello", () => stage.begin());
for (const type of ["message", "deleted", "pinned", "answer", "typing", "person", "commands", "payment"]) {
  store.on(type, (event) => stage.receive(event));
}
store.on("person", ({ person }) => stage.visible.length === 0 && stage.show(person.id, false));
store.on("bot", () => stage.begin());
store.on("message", announce);
for (const type of ["hello", "message", "seen", "stage", "deleted", "person"]) store.on(type, countUnread);
document.addEventListener("visibilitychange", () => stage.visible.forEach((id) => stage.chat(id).seen()));
document.addEventListener("keydown", (event) => {
  if (!event.altKey || !/^Digit[1-9]$/.test(event.code)) return;
  const id = [...store.people.keys()][Number(event.code.at(-1)) - 1];
  if (id === undefined) return;
  event.preventDefault();
  stage.show(id);
});
connection.open();
