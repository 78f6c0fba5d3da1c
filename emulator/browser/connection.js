// The WebSocket to the emulator: events come in, commands go out and are answered; it reconnects by itself.

const FIRST_RETRY_MS = 400;
const LONGEST_RETRY_MS = 5000;

export class Connection {
  #socket = null;
  #waiting = new Map();
  #lastRef = 0;
  #retryMs = FIRST_RETRY_MS;

  /** `onEvent` gets each event, `onState` gets true when connected and false when the connection is lost. */
  constructor(onEvent, onState) {
    this.onEvent = onEvent;
    this.onState = onState;
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.#socket = new WebSocket(`${scheme}://${location.host}/events`);
    this.#socket.addEventListener("message", (event) => this.#receive(JSON.parse(event.data)));
    this.#socket.addEventListener("close", () => this.#lost());
  }

  /** Sends one command; resolves with its result, rejects with an Error in words for the person. */
  do(action, args = {}) {
    if (this.#socket?.readyState !== WebSocket.OPEN)
      return Promise.reject(new Error("Not connected. Trying again…"));
    const ref = ++this.#lastRef;
    this.#socket.send(JSON.stringify({ do: action, ref, ...args }));
    return new Promise((resolve, reject) => this.#waiting.set(ref, { resolve, reject }));
  }

  #receive(event) {
    if (event.type === "done") return this.#settle(event);
    if (event.type === "hello") {
      this.#retryMs = FIRST_RETRY_MS;
      this.onState(true);
    }
    return this.onEvent(event);
  }

  #settle({ ref, ok, error, result }) {
    const waiting = this.#waiting.get(ref);
    this.#waiting.delete(ref);
    if (ok) waiting?.resolve(result ?? {});
    else waiting?.reject(new Error(error));
  }

  #lost() {
    for (const { reject } of this.#waiting.values()) reject(new Error("The connection was lost."));
    this.#waiting.clear();
    this.onState(false);
    setTimeout(() => this.open(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 1.7, LONGEST_RETRY_MS);
  }
}
