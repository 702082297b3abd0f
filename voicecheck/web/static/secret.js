// Shows a passphrase while it is typed, if wanted. It is hidden again before it is sent, so that no browser takes it for a text.
"use strict";

const fields = document.querySelectorAll("[data-secret]");
const shown = document.getElementById("show");
const hide = (hidden) => fields.forEach((field) => { field.type = hidden ? "password" : "text"; });
shown.closest("label").hidden = false;
shown.addEventListener("change", () => hide(!shown.checked));
fields[0].form.addEventListener("submit", () => hide(true));
