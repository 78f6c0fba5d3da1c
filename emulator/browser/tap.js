// Taps on inline buttons that wait for the bot's answer: each button spins until it comes, or its life is over.

const ANSWER_LIFE_MS = 30_000;

export class Taps {
  #waiting = new Map();
  #buttonOf;

  /** `buttonOf(messageId, row, column)` finds the drawn button, if it is still there. */
  constructor(buttonOf) {
    this.#buttonOf = buttonOf;
  }

  isWaiting(messageId, row, column) {
    return this.#waiting.has(keyOf(messageId, row, column));
  }

  /** Makes the button spin; `send()` resolves with the id of the tap, or null when it could not be sent. */
  async start(messageId, row, column, label, send) {
    const key = keyOf(messageId, row, column);
    if (this.#waiting.has(key)) return;
    const tap = { messageId, row, column, label, id: null };
    tap.timer = setTimeout(() => this.#end(key), ANSWER_LIFE_MS);
    this.#waiting.set(key, tap);
    this.#buttonOf(messageId, row, column)?.setAttribute("aria-busy", "true");
    tap.id = await send();
    if (tap.id === null) this.#end(key);
  }

  answered(tapId) {
    for (const [key, tap] of this.#waiting) if (tap.id === tapId) this.#end(key);
  }

  /** A message is drawn anew: what was tapped and no longer stands there waits no more. */
  changed(message) {
    for (const [key, { messageId, row, column, label }] of this.#waiting) {
      if (messageId === message.id && message.inline_keyboard?.[row]?.[column]?.text !== label)
        this.#end(key);
    }
  }

  #end(key) {
    const tap = this.#waiting.get(key);
    if (!tap) return;
    clearTimeout(tap.timer);
    this.#waiting.delete(key);
    this.#buttonOf(tap.messageId, tap.row, tap.column)?.removeAttribute("aria-busy");
  }
}

function keyOf(messageId, row, column) {
  return `${messageId}:${row}:${column}`;
}
