// The sheet that asks before a phone number is shared.

import { fullName, h } from "./dom.js";
import { openSheet } from "./sheet.js";

/** `share(phoneNumber)` is called when the person agrees. */
export function openContact(host, person, share) {
  const phone = h("input", {
    name: "phone",
    type: "tel",
    required: true,
    autofocus: true,
    "data-role": "phone",
  });
  phone.value = `+49 170 ${String(person.id).padStart(7, "0").slice(-7)}`;
  const submit = (event) => {
    event.preventDefault();
    sheet.close();
    share(phone.value);
  };
  const form = h(
    "form",
    { class: "form", onsubmit: submit },
    h("p", {}, `The bot will see this phone number of ${fullName(person)}.`),
    h("label", { class: "field" }, h("span", {}, "Phone number"), phone),
    h(
      "div",
      { class: "sheet-actions" },
      h("button", { type: "button", class: "button quiet", onclick: () => sheet.close() }, "Cancel"),
      h("button", { type: "submit", class: "button primary" }, "Share"),
    ),
  );
  const sheet = openSheet(host, { title: "Share the phone number?", name: "contact", body: form });
}
