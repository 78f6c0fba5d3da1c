// What the page knows: people, their chats, command menus and the clock. It takes events in and tells listeners.

export class Store {
  bot = { name: "", username: "", about: "" };
  people = new Map();
  chats = new Map();
  commands = new Map();
  story = [];
  troubles = [];
  #seen = new Map();
  #clock = { now: Date.now(), readAt: performance.now(), nextDue: null };
  #listeners = new Map();

  on(type, listener) {
    if (!this.#listeners.has(type)) this.#listeners.set(type, new Set());
    this.#listeners.get(type).add(listener);
    return () => this.#listeners.get(type).delete(listener);
  }

  tell(type, detail = {}) {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) listener(detail);
  }

  apply(event) {
    const handlers = {
      hello: () => this.#hello(event),
      message: () => this.#message(event),
      deleted: () => this.#deleted(event),
      pinned: () => this.#pinned(event),
      person: () => this.#person(event),
      commands: () => this.commands.set(event.person_id, event.commands),
      clock: () => this.#setClock(event),
      bot: () => (this.bot = event.bot),
      trouble: () => this.troubles.push({ text: event.text, at: this.now() }),
    };
    handlers[event.type]?.();
    this.tell(event.type, event);
  }

  now() {
    return this.#clock.now + performance.now() - this.#clock.readAt;
  }

  get nextDue() {
    return this.#clock.nextDue;
  }

  messages(personId) {
    return [...(this.chats.get(personId)?.values() ?? [])].sort((one, other) => one.id - other.id);
  }

  /** How many messages of the bot this person has not been shown yet. */
  unread(personId) {
    const seen = this.#seen.get(personId) ?? 0;
    return this.messages(personId).filter((message) => message.from !== "person" && message.id > seen).length;
  }

  markSeen(personId) {
    const newest = this.messages(personId).at(-1)?.id ?? 0;
    if ((this.#seen.get(personId) ?? -1) === newest) return;
    this.#seen.set(personId, newest);
    this.tell("seen", { person_id: personId });
  }

  #hello(event) {
    const firstTime = this.people.size === 0;
    this.bot = event.bot;
    this.story = event.story ?? [];
    this.people = new Map(event.people.map((person) => [person.id, person]));
    this.chats = new Map(
      Object.entries(event.chats).map(([id, messages]) => [
        Number(id),
        new Map(messages.map((message) => [message.id, message])),
      ]),
    );
    this.commands = new Map(Object.entries(event.commands).map(([id, commands]) => [Number(id), commands]));
    this.#setClock(event);
    if (firstTime) for (const id of this.people.keys()) this.markSeen(id);
  }

  #message({ person_id: personId, message }) {
    if (!this.chats.has(personId)) this.chats.set(personId, new Map());
    this.chats.get(personId).set(message.id, message);
  }

  #deleted({ person_id: personId, message_ids: ids }) {
    for (const id of ids) this.chats.get(personId)?.delete(id);
  }

  #pinned({ person_id: personId, message_id: pinnedId }) {
    for (const message of this.chats.get(personId)?.values() ?? []) {
      if (message.id === pinnedId) message.pinned = true;
      else if (pinnedId === null) message.pinned = false;
    }
  }

  #person({ person }) {
    this.people.set(person.id, person);
    if (!this.chats.has(person.id)) this.chats.set(person.id, new Map());
  }

  #setClock({ now, next_due: nextDue = this.#clock.nextDue }) {
    this.#clock = { now: Date.parse(now), readAt: performance.now(), nextDue };
  }
}
