// Content of the Login Widget's frame. Lets the visitor choose a person, and passes the signed login to the embedding page.
import { avatar, call, el } from "./dom.js";

const query = new URLSearchParams(location.search);
const origin = query.get("origin") ?? "";
const login = document.getElementById("login");
const list = document.getElementById("people");

/** Posts a message to the embedding page; the target origin keeps it from any other. */
const post = (message) => parent.postMessage(JSON.stringify(message), origin);

function fit() {
  const { width, height } = document.getElementById("widget").getBoundingClientRect();
  post({ event: "resize", width: Math.ceil(width), height: Math.ceil(height) });
}

function toggleList(on) {
  list.hidden = !on;
  login.setAttribute("aria-expanded", String(on));
  fit();
  // The frame grows a moment later, so scrolling to the focus now would hide the button above.
  if (on) list.querySelector("button")?.focus({ preventScroll: true });
}

async function choose(id) {
  const write = query.get("request_access") === "write";
  const user = await call("/widget", { id, write_access: write });
  toggleList(false);
  login.focus();
  post({ event: "auth_user", auth_data: user });
}

function personButton({ person, name }) {
  const detail = person.caption ?? (person.username ? `@${person.username}` : `id ${person.id}`);
  return el("button", { type: "button", data: { person: person.id }, onclick: () => choose(person.id) },
    avatar(name, person.id), el("span", {}, name, el("small", {}, detail)));
}

login.addEventListener("click", () => toggleList(list.hidden));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || list.hidden) return;
  toggleList(false);
  login.focus();
});

const size = query.get("size");
if (size === "medium" || size === "small") document.body.classList.add(size);
const radius = Number.parseInt(query.get("radius") ?? "", 10);
if (radius >= 0) document.body.style.setProperty("--round", `${Math.min(radius, 20)}px`);

const [{ bot }, people] = await Promise.all([call(""), call("/people")]);
const requested = decodeURIComponent(location.pathname.split("/").pop() ?? "");
if (requested.toLowerCase() === bot.username.toLowerCase()) {
  list.append(el("p", {}, `Pretend Telegram: log in to ${bot.first_name} as`), ...people.map(personButton));
} else {
  document.getElementById("label").textContent = "Username invalid";
  login.disabled = true;
}
fit();
post({ event: "ready" });
