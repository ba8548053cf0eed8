// Chat page. Shows one person's chat with the bot; long polling of /_sandbox/chats/{id}/events keeps it current.
import { avatar, call, el, toast } from "./dom.js";
import { bubble, hour } from "./bubble.js";

const $ = (id) => document.getElementById(id);
const seen = JSON.parse(sessionStorage.getItem("seen") ?? "{}");

let me = null; // id of the chosen person
let page = null; // last response of /events
let polling = null; // aborts the current poll

// Receiving ---------------------------------------------------------------------------------------------------------

async function follow(id) {
  polling?.abort();
  const stop = new AbortController();
  polling = stop;
  let version = "";
  while (!stop.signal.aborted) {
    try {
      const answer = await fetch(`/_sandbox/chats/${id}/events?after=${version}`, { signal: stop.signal });
      const next = await answer.json();
      if (stop.signal.aborted) return;
      version = next.version;
      show(next);
    } catch {
      if (stop.signal.aborted) return;
      $("status").textContent = "the sandbox is not responding; retrying";
      await new Promise((wake) => setTimeout(wake, 1500));
    }
  }
}

// Showing -----------------------------------------------------------------------------------------------------------

function show(next) {
  const first = page?.id !== next.id;
  page = next;
  const scroll = $("scroll");
  const atEnd = first || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  showMessages(first);
  showState();
  showPeople();
  if (atEnd) scroll.scrollTop = scroll.scrollHeight;
  showDown();
}

function day(date) {
  const then = new Date(date * 1000);
  const year = then.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return then.toLocaleDateString(undefined, { weekday: "short", day: "numeric", month: "long", year });
}

function showMessages(first) {
  const list = $("messages");
  if (first) list.replaceChildren();
  const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const nodes = [];
  page.messages.forEach((message, i) => {
    const before = page.messages[i - 1];
    const after = page.messages[i + 1];
    const today = day(message.date);
    const newDay = !before || day(before.date) !== today;
    if (newDay) nodes.push(old.get(today) ?? el("li", { class: "day", data: { key: today } }, today));
    const place = { first: newDay || before.from_bot !== message.from_bot, last: after?.from_bot !== message.from_bot };
    nodes.push(messageNode(old.get(`m${message.id}`), message, place, first));
  });
  const wanted = new Set(nodes);
  [...list.children].filter((node) => !wanted.has(node)).forEach((node) => node.remove());
  nodes.forEach((node, i) => {
    if (list.children[i] !== node) list.insertBefore(node, list.children[i] ?? null);
  });
}

function messageNode(old, message, place, first) {
  const state = JSON.stringify(message);
  const node = old ?? el("li", { data: { key: `m${message.id}`, id: message.id } });
  if (node.dataset.state !== state) {
    node.replaceChildren(...bubble(message, { say, tap }));
    node.dataset.state = state;
  }
  const fresh = node.classList.contains("fresh") || (!old && !first);
  node.className = ["message", !message.from_bot && "mine", place.first && "first", place.last && "last", fresh && "fresh"].filter(Boolean).join(" ");
  return node;
}

function showState() {
  const { started, blocked, action, messages } = page;
  const typing = action && !messages.at(-1)?.from_bot;
  $("status").textContent = blocked ? "you blocked this bot" : typing ? "typing…" : "bot";
  $("status").classList.toggle("typing", Boolean(typing) && !blocked);
  $("empty").hidden = messages.length > 0;
  $("empty-text").textContent = page.description;
  $("empty-text").hidden = !page.description;
  const silent = blocked || !started;
  $("start").hidden = !silent;
  $("start").textContent = blocked ? "Unblock bot" : "Start";
  $("form").hidden = silent;
  $("block").hidden = silent;
  showKeys(page.keyboard);
}

function showKeys(keyboard) {
  const rows = keyboard?.keyboard ?? [];
  $("keys").hidden = rows.length === 0 || page.blocked;
  const label = (key) => (typeof key === "string" ? key : key.text);
  $("keys").replaceChildren(...rows.map((row) => el("div", {}, ...row.map((key) => el("button", { type: "button", onclick: () => say(label(key)) }, label(key))))));
  $("text").placeholder = keyboard?.input_field_placeholder ?? "Message";
}

function showPeople() {
  const mine = page.people.find(({ person }) => person.id === me);
  seen[me] = mine?.last_of_bot ?? 0;
  sessionStorage.setItem("seen", JSON.stringify(seen));
  const focused = document.activeElement?.dataset?.person;
  $("people").replaceChildren(...page.people.map(personNode));
  if (focused) $("people").querySelector(`[data-person="${focused}"]`)?.focus();
  const as = mine ? [el("span", {}, "You are "), el("b", {}, mine.name), ` · ${page.stars.toLocaleString()} ⭐`] : [];
  $("as").replaceChildren(...as);
  document.title = `${mine?.name ?? "Nobody"} · Pretend Telegram`;
}

function personNode({ person, name, last, last_of_bot: newest, blocked }) {
  const unread = person.id !== me && newest > (seen[person.id] ?? 0);
  const line = blocked ? "Blocked the bot" : last ? `${last.from_bot ? "" : "You: "}${last.text}` : "Hasn't started the bot";
  return el("button", { class: "person", type: "button", data: { person: person.id }, "aria-current": String(person.id === me), onclick: () => selectPerson(person.id) },
    avatar(name, person.id),
    el("span", {},
      el("span", { class: "who" }, el("span", { class: "name" }, name), person.caption ? el("span", { class: "caption" }, person.caption) : null),
      el("span", { class: "last" }, line)),
    el("span", { class: "side" },
      last ? el("time", {}, hour(last.date)) : null,
      unread ? el("span", { class: "unread" }, el("span", { class: "away" }, "unread")) : null));
}

function showDown() {
  const scroll = $("scroll");
  $("down").hidden = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 160;
}

// Acting ------------------------------------------------------------------------------------------------------------

async function reportErrors(work) {
  try {
    return await work();
  } catch (error) {
    toast(error.message);
    return null;
  }
}

const say = (text) => reportErrors(() => call(`/chats/${me}/messages`, { text }));

async function tap(message, raw, button) {
  if (button.classList.contains("waiting")) return;
  // A login button opens a page. Browsers block a window that the click does not open immediately.
  const leaves = raw.login_url ? window.open("", "_blank") : null;
  button.classList.add("waiting");
  const label = raw.callback_data ?? raw.text;
  const outcome = await reportErrors(() => call(`/chats/${me}/taps`, { message_id: message.id, label }));
  button.classList.remove("waiting");
  if (leaves) return outcome?.url ? leaves.location.replace(outcome.url) : leaves.close();
  if (!outcome) return;
  if (outcome.answer === null) return toast("The bot didn't answer");
  const { text, show_alert: alert, url } = outcome.answer ?? {};
  if (url) window.open(url, "_blank", "noopener");
  if (text && alert) {
    $("alert-text").textContent = text;
    $("alert").showModal();
  } else if (text) {
    toast(text);
  }
}

function selectPerson(id) {
  me = id;
  const address = new URL(location.href);
  address.searchParams.set("as", id);
  history.replaceState(null, "", address);
  showPeoplePane(false);
  closeMenu();
  follow(id);
}

function showPeoplePane(on) {
  $("app").classList.toggle("listing", on);
  $("show-people").setAttribute("aria-expanded", String(on));
}

// Writing, with the commands menu -----------------------------------------------------------------------------------

const text = $("text");
let selected = 0;

function resizeInput() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
  $("send").disabled = text.value.trim() === "";
}

function send() {
  const message = text.value.trim();
  if (!message) return;
  text.value = "";
  resizeInput();
  closeMenu();
  say(message);
}

function matchingCommands() {
  const typed = text.value.match(/^\/(\w*)$/)?.[1] ?? "";
  return (page?.commands ?? []).filter(({ command }) => command.startsWith(typed.toLowerCase()));
}

function openMenu() {
  const commands = matchingCommands();
  selected = Math.min(selected, Math.max(commands.length - 1, 0));
  $("menu").replaceChildren(...commands.map(({ command, description }, i) =>
    el("div", { role: "option", id: `command-${i}`, "aria-selected": String(i === selected), onclick: () => choose(i) }, el("b", {}, `/${command}`), el("span", {}, description))));
  if (commands.length === 0) $("menu").append(el("p", { class: "none" }, "The bot has no such command"));
  $("menu").hidden = false;
  for (const id of ["slash", "text"]) $(id).setAttribute("aria-expanded", "true");
  text.setAttribute("aria-activedescendant", `command-${selected}`);
  $(`command-${selected}`)?.scrollIntoView({ block: "nearest" });
}

function closeMenu() {
  selected = 0;
  $("menu").hidden = true;
  for (const id of ["slash", "text"]) $(id).setAttribute("aria-expanded", "false");
  text.removeAttribute("aria-activedescendant");
}

function choose(i) {
  const chosen = matchingCommands()[i];
  if (!chosen) return;
  text.value = `/${chosen.command}`;
  send();
  text.focus();
}

function move(step) {
  const count = matchingCommands().length || 1;
  selected = (selected + step + count) % count;
  openMenu();
}

text.addEventListener("input", () => {
  resizeInput();
  if (/^\/\w*$/.test(text.value)) openMenu();
  else closeMenu();
});
text.addEventListener("keydown", (event) => {
  const menu = !$("menu").hidden;
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (menu && event.key in moves) move(moves[event.key]);
  else if (menu && event.key === "Escape") closeMenu();
  else if (menu && (event.key === "Tab" || event.key === "Enter") && matchingCommands().length) choose(selected);
  else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send();
  else return;
  event.preventDefault();
});
$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
$("slash").addEventListener("click", () => {
  if ($("menu").hidden) openMenu();
  else closeMenu();
  text.focus();
});
$("start").addEventListener("click", async () => {
  if (page.blocked) await reportErrors(() => call(`/chats/${me}/unblock`, null, "POST"));
  else await say("/start");
  text.focus();
});
$("block").addEventListener("click", () => reportErrors(() => call(`/chats/${me}/block`, null, "POST")));
$("show-people").addEventListener("click", (event) => {
  event.stopPropagation();
  showPeoplePane(true);
  $("people").querySelector("button")?.focus();
});
$("app").addEventListener("click", (event) => {
  if (event.target === $("app")) showPeoplePane(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") showPeoplePane(false);
});
document.addEventListener("click", (event) => {
  if (!event.target.closest(".compose")) closeMenu();
});
$("scroll").addEventListener("scroll", showDown);
$("down").addEventListener("click", () => $("scroll").scrollTo({ top: $("scroll").scrollHeight, behavior: "smooth" }));

// Start -------------------------------------------------------------------------------------------------------------

const [{ bot }, people] = await Promise.all([call(""), call("/people")]);
$("bot-name").textContent = bot.first_name;
for (const place of ["bot-avatar", "empty-avatar"]) $(place).replaceChildren(avatar(bot.first_name, bot.id, 212));
const requested = Number(new URLSearchParams(location.search).get("as"));
const first = requested || people[0]?.person.id;
if (first) selectPerson(first);
else $("status").textContent = "no people yet; add one with POST /_sandbox/people";
