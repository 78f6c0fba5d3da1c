// The payment sheet of an invoice: what is paid, with which test card, and how it went.

import { h, icon } from "./dom.js";
import { money } from "./format.js";
import { openSheet } from "./sheet.js";

const CARDS = [
  { number: "4242 4242 4242 4242", effect: "Pays" },
  { number: "4000 0000 0000 0002", effect: "Is declined" },
  { number: "4000 0000 0000 9995", effect: "Has insufficient funds" },
];
const CLOSE_AFTER_MS = 1600;

/** `pay(details)` resolves with `{ ok, declined_reason }`. Returns the sheet. */
export function openPayment(host, invoice, payer, pay) {
  const price = money(invoice.total_minor, invoice.currency);
  const form = h("form", { class: "payment", novalidate: true });
  const sheet = openSheet(host, { title: "Payment", name: "payment", body: form });
  const trouble = h("p", {
    class: "payment-trouble",
    role: "alert",
    "data-role": "payment-trouble",
    hidden: true,
  });
  const submit = h("button", { type: "submit", class: "button success", "data-role": "pay" }, `Pay ${price}`);
  const cancel = h("button", { type: "button", class: "button quiet", onclick: sheet.close }, "Cancel");
  const end = h(
    "div",
    { class: "payment-end" },
    trouble,
    h("div", { class: "payment-buttons" }, cancel, submit),
  );
  form.append(...bill(invoice, price), ...cardFields(payer), end);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt();
  });
  form.querySelector("input:checked").focus();

  async function attempt() {
    if (form.getAttribute("aria-busy") === "true") return;
    const details = Object.fromEntries(new FormData(form));
    trouble.hidden = true;
    busy("Checking with the bot…");
    try {
      const result = await pay(details);
      if (result.ok) succeed();
      else decline(result.declined_reason || "The card was declined.");
    } catch (error) {
      decline(error.message);
    }
  }

  function busy(text) {
    const focused = form.contains(document.activeElement);
    form.setAttribute("aria-busy", text ? "true" : "false");
    for (const field of form.elements) if (field !== cancel) field.disabled = Boolean(text);
    if (focused) (text ? cancel : form.querySelector("input:checked"))?.focus();
    submit.replaceChildren(text ? h("span", { class: "spinner" }) : "", text || `Pay ${price}`);
  }

  function decline(reason) {
    busy("");
    trouble.replaceChildren(
      icon("trouble"),
      h("span", {}, h("strong", {}, "Not paid. "), reason, " You can try another card."),
    );
    trouble.hidden = false;
  }

  function succeed() {
    const done = h("button", { type: "button", class: "button primary wide", onclick: sheet.close }, "Done");
    form.replaceWith(
      h(
        "div",
        { class: "payment-done", role: "status", "data-role": "payment-done" },
        h("span", { class: "tick" }, icon("check")),
        h("strong", {}, `${price} paid`),
        done,
      ),
    );
    if (host.contains(document.activeElement) || document.activeElement === document.body) done.focus();
    setTimeout(sheet.close, CLOSE_AFTER_MS);
  }

  return { ...sheet, checking: (text) => form.getAttribute("aria-busy") === "true" && busy(text) };
}

function bill(invoice, price) {
  const lines = invoice.prices.map(({ label, amount_minor: amount }) =>
    h("div", {}, h("dt", { dir: "auto" }, label), h("dd", {}, money(amount, invoice.currency))),
  );
  return [
    h(
      "div",
      { class: "payment-head" },
      h("strong", { dir: "auto" }, invoice.title),
      h("span", { dir: "auto" }, invoice.description),
    ),
    h("dl", { class: "bill" }, lines, h("div", { class: "total" }, h("dt", {}, "Total"), h("dd", {}, price))),
  ];
}

function cardFields(payer) {
  const number = h("input", {
    name: "card",
    inputmode: "numeric",
    autocomplete: "off",
    value: CARDS[0].number,
    "aria-label": "Card number",
    "data-role": "card",
  });
  const choices = CARDS.map((card, index) => {
    const choice = h("input", {
      type: "radio",
      name: "choice",
      value: card.number,
      checked: index === 0,
      onchange: () => (number.value = card.number),
    });
    return h(
      "label",
      { class: "card-choice", "data-card": card.number.replaceAll(" ", "") },
      choice,
      icon("card"),
      h("span", {}, card.number),
      h("small", {}, card.effect),
    );
  });
  number.addEventListener("input", () => {
    for (const choice of choices)
      choice.firstElementChild.checked = choice.firstElementChild.value === number.value;
  });
  return [
    h("fieldset", { class: "cards" }, h("legend", {}, "Test cards"), choices),
    h(
      "div",
      { class: "card-fields" },
      field("Card number", number, "span-all"),
      field("Name on card", input("name", payer)),
      field("Expires", input("expiry", "12 / 34")),
      field("CVC", input("cvc", "123")),
    ),
  ];
}

function input(name, value) {
  return h("input", { name, value, autocomplete: "off" });
}

function field(label, control, className = "") {
  return h("label", { class: `field ${className}` }, h("span", {}, label), control);
}
