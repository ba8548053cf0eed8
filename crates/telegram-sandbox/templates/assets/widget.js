// Shows the object that the Login Widget signs.
import { call, copy, el, toast } from "./dom.js";

const $ = (id) => document.getElementById(id);

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

async function sign() {
  try {
    const login = await call("/widget", { id: Number($("person").value) });
    $("object").textContent = JSON.stringify(login, null, 2);
    const address = new URL("/api/v2/auth/telegram", about.service_url ?? "http://localhost:8080");
    $("curl").textContent = `curl -i ${address} \\\n  -H 'content-type: application/json' \\\n  -d ${quoted(JSON.stringify(login))}`;
  } catch (error) {
    toast(error.message);
  }
}

const [about, people] = await Promise.all([call(""), call("/people")]);
$("person").replaceChildren(...people.map(({ person, name }) =>
  el("option", { value: String(person.id) }, person.caption ? `${name} (${person.caption})` : name)));
$("tag").textContent = `<script async src="${location.origin}/js/telegram-widget.js"
        data-telegram-login="${about.bot.username}" data-size="large"
        data-onauth="onTelegramAuth(user)"></script>`;
$("person").addEventListener("change", sign);
$("sign").addEventListener("click", sign);
for (const button of document.querySelectorAll("[data-copies]")) {
  button.addEventListener("click", () => copy($(button.dataset.copies).textContent));
}
if (people.length) await sign();
