// Renders one message. Text of the bot and of people is untrusted and becomes text nodes only.
import { copy, el } from "./dom.js";

const SHIELD = "M12 3 5 6v5c0 4.5 3 8.2 7 10 4-1.8 7-5.5 7-10V6l-7-3Z";
const FILE = "M7 3h7l5 5v13H7V3Zm7 0v5h5";
const PHOTO = "M4 5h16v14H4V5Zm0 11 5-5 5 5 2-2 4 4";
const SENT = "m5 12.5 4.5 4.5L19 7.5";
const COPY = "M9 9h10v11H9V9Zm-4 6V4h10";
const LEAVE = "M8 16 17 7m-7 0h7v7";
const STAR = "m12 3 2.7 5.8 6.3.8-4.6 4.3 1.2 6.3-5.6-3.1-5.6 3.1 1.2-6.3L3 9.6l6.3-.8L12 3Z";
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const READ = "m2 12.5 4.5 4.5L16 7.5m-5 8.2 1.4 1.3L22 7.5";

/** An icon with one path. */
function icon(path, label) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute(label ? "aria-label" : "aria-hidden", label ?? "true");
  if (label) svg.setAttribute("role", "img");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Makes an element act on click, Enter and Space. */
function clickable(node, label, act) {
  node.tabIndex = 0;
  node.setAttribute("role", "button");
  if (label) node.setAttribute("aria-label", label);
  node.addEventListener("click", act);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act(event);
  });
  return node;
}

const open = (event) => event.currentTarget.classList.add("open");
/** Adds the person who reads to the address of an invoice, so that its page knows who pays. */
function withPayer(href) {
  try {
    const url = new URL(href, location.href);
    const payer = new URLSearchParams(location.search).get("as");
    if (url.port !== location.port || !url.pathname.startsWith("/invoice/") || !payer) return href;
    url.searchParams.set("as", payer);
    return url.href;
  } catch {
    return href;
  }
}

const link = (href, children) =>
  /^(https?|tg|mailto):/i.test(href) ? el("a", { href: withPayer(href), target: "_blank", rel: "noopener noreferrer" }, ...children) : el("u", {}, ...children);

/** The element of an entity, around its children. */
function entityElement(entity, text, children, say) {
  switch (entity.type) {
    case "bold": return el("strong", {}, ...children);
    case "italic": return el("em", {}, ...children);
    case "underline": return el("u", {}, ...children);
    case "strikethrough": return el("s", {}, ...children);
    case "blockquote": return el("blockquote", {}, ...children);
    case "expandable_blockquote": return clickable(el("blockquote", { class: "expandable" }, ...children), null, open);
    case "spoiler": return clickable(el("span", { class: "spoiler" }, ...children), "Hidden text, activate to show", (event) => {
      event.currentTarget.removeAttribute("aria-label");
      open(event);
    });
    case "code": return clickable(el("code", { title: "Copy" }, text), null, () => copy(text));
    case "pre": return clickable(el("pre", { title: "Copy", data: entity.language ? { language: entity.language } : {} }, text), null, () => copy(text));
    case "text_link": return link(entity.url, children);
    case "url": return link(text, children);
    case "date_time": return el("time", { dateTime: new Date(entity.unix_time * 1000).toISOString(), title: whole.format(entity.unix_time * 1000) }, localTime(entity, text));
    case "bot_command": return clickable(el("span", { class: "command" }, ...children), null, () => say(text));
    default: return el("span", {}, ...children);
  }
}

/**
 * Nodes of a text with entities. Offsets are in UTF-16 units, as in JavaScript; outer entities come before inner ones.
 * A block element replaces the line breaks around it.
 */
function textNodes(text, entities, say, from = 0, to = text.length) {
  const nodes = [];
  let at = from;
  let block = false;
  const plain = (until, nextIsBlock) => {
    let piece = text.slice(at, until);
    if (block) piece = piece.replace(/^\n/, "");
    if (nextIsBlock) piece = piece.replace(/\n$/, "");
    nodes.push(piece);
  };
  for (let i = 0; i < entities.length; i += 1) {
    const entity = entities[i];
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset < at || end <= entity.offset) continue;
    plain(entity.offset, BLOCKS.has(entity.type));
    const inner = entities.slice(i + 1).filter((other) => other.offset >= entity.offset && other.offset < end);
    nodes.push(entityElement(entity, text.slice(entity.offset, end), textNodes(text, inner, say, entity.offset, end), say));
    at = end;
    block = BLOCKS.has(entity.type);
  }
  plain(to, false);
  return nodes.filter((node) => node !== "");
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

/** A `date_time` entity in the reader's zone and language. Without a format the bot's own text stays. */
function localTime({ unix_time: unix, date_time_format: format }, text) {
  if (!format) return text;
  if (format === "r") return relative(unix - Date.now() / 1000);
  const has = (letter) => format.includes(letter);
  const options = {};
  if (has("w")) options.weekday = "short";
  if (has("d")) Object.assign(options, { day: "2-digit", month: "2-digit", year: "2-digit" });
  if (has("D")) Object.assign(options, { day: "numeric", month: "long", year: "numeric" });
  if (has("t") || has("T")) Object.assign(options, { hour: "2-digit", minute: "2-digit" });
  if (has("T")) options.second = "2-digit";
  return new Date(unix * 1000).toLocaleString(undefined, options);
}

function relative(seconds) {
  const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? units.at(-1);
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

/** Hours and minutes of a Unix time. */
export const hour = (date) => clock.format(date * 1000);

function meta(message) {
  const time = el("time", { dateTime: new Date(message.date * 1000).toISOString(), title: whole.format(message.date * 1000) }, hour(message.date));
  const read = message.from_bot ? null : icon(message.read ? READ : SENT, message.read ? "Received by the bot" : "Waiting for the bot");
  return el("span", { class: "meta" }, message.edited ? "edited" : null, time, read);
}

/** An invoice, a payment or a refund. Only an invoice has buttons. */
function payment({ payment: about }) {
  if (!about) return null;
  const stars = `${about.stars.toLocaleString()} ⭐`;
  const titles = { invoice: about.title, paid: `You paid ${stars}`, refunded: `You got ${stars} back` };
  const detail = about.kind === "invoice" ? about.description : about.title;
  return el("div", { class: "file" }, icon(STAR), el("span", {}, el("b", {}, titles[about.kind]), el("small", {}, detail)));
}

function file(message) {
  if (!message.file) return null;
  if (message.file === "photo" && message.attachment?.name) {
    return el("img", { class: "photo", src: `/_sandbox/photos/${encodeURIComponent(message.file_id)}`, alt: message.text || "Photo" });
  }
  const { name, size } = message.attachment ?? {};
  const kind = message.file === "photo" ? "Photo" : "Document";
  const detail = size ? `${kind}, ${size.toLocaleString()} bytes` : kind;
  return el("div", { class: "file" }, icon(message.file === "photo" ? PHOTO : FILE), el("span", {}, el("b", {}, name ?? kind), el("small", {}, detail)));
}

function button(message, { label, raw }, acts) {
  const data = raw.style ? { style: raw.style } : {};
  if (raw.copy_text) {
    return el("button", { type: "button", data, title: "Copy", onclick: () => copy(raw.copy_text.text) }, label, icon(COPY));
  }
  if (raw.url || raw.pay) {
    const address = raw.pay ? message.payment.link : raw.url;
    const href = withPayer(/^[a-z]+:/i.test(address) ? address : `http://${address}`);
    return el("a", { href, target: "_blank", rel: "noopener noreferrer", data }, label, icon(LEAVE));
  }
  const mark = raw.login_url || raw.web_app ? icon(LEAVE) : null;
  return el("button", { type: "button", data, onclick: (event) => acts.tap(message, raw, event.currentTarget) }, label, mark);
}

/** A message: bubble and buttons. `acts` has `say(text)` and `tap(message, button, element)`. */
export function bubble(message, acts) {
  const text = textNodes(message.text, message.entities, acts.say);
  const body = el("div", { class: "bubble" },
    message.reply ? el("span", { class: "quote" }, message.reply.text) : null,
    file(message),
    payment(message),
    message.protected ? el("div", { class: "shield", title: "protect_content" }, icon(SHIELD), "Can't be forwarded or saved") : null,
    el("div", { class: "text", dir: "auto" }, ...text, meta(message)));
  const rows = message.buttons.map((row) => el("div", {}, ...row.map((key) => button(message, key, acts))));
  const who = el("span", { class: "away" }, message.from_bot ? "Bot: " : "You: ");
  return [who, body, rows.length ? el("div", { class: "buttons" }, ...rows) : null].filter(Boolean);
}
