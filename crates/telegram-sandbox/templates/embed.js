// Inside the pretend Login Widget's frame: lets one choose a person, and hands the signed login to the page around.
import { avatar, call, el } from "./dom.js";

const query = new URLSearchParams(location.search);
const origin = query.get("origin") ?? "";
const login = document.getElementById("login");
const list = document.getElementById("people");

/** Tells the page around; only the page the frame was made for. */
const tell = (message) => parent.postMessage(JSON.stringify(message), origin);

function fit() {
  const { width, height } = document.getElementById("widget").getBoundingClientRect();
  tell({ event: "resize", width: Math.ceil(width), height: Math.ceil(height) });
}

function opened(on) {
  list.hidden = !on;
  login.setAttribute("aria-expanded", String(on));
  fit();
  // The frame grows a moment later: scrolling to the focus now would hide the button above.
  if (on) list.querySelector("button")?.focus({ preventScroll: true });
}

async function choose(id) {
  const write = query.get("request_access") === "write";
  const user = await call("/widget", { id, write_access: write });
  opened(false);
  login.focus();
  tell({ event: "auth_user", auth_data: user });
}

function choice({ person, name }) {
  const detail = person.caption ?? (person.username ? `@${person.username}` : `id ${person.id}`);
  return el("button", { type: "button", data: { person: person.id }, onclick: () => choose(person.id) },
    avatar(name, person.id), el("span", {}, name, el("small", {}, detail)));
}

login.addEventListener("click", () => opened(list.hidden));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || list.hidden) return;
  opened(false);
  login.focus();
});

const size = query.get("size");
if (size === "medium" || size === "small") document.body.classList.add(size);
const radius = Number.parseInt(query.get("radius") ?? "", 10);
if (radius >= 0) document.body.style.setProperty("--round", `${Math.min(radius, 20)}px`);

const [{ bot }, people] = await Promise.all([call(""), call("/people")]);
const asked = decodeURIComponent(location.pathname.split("/").pop() ?? "");
if (asked.toLowerCase() === bot.username.toLowerCase()) {
  list.append(el("p", {}, `Pretend Telegram: log in to ${bot.first_name} as`), ...people.map(choice));
} else {
  document.getElementById("label").textContent = "Username invalid";
  login.disabled = true;
}
fit();
tell({ event: "ready" });
