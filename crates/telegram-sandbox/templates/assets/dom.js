// Shared by the sandbox's pages: elements, calls of the control API, toasts. Text never becomes markup.

/** Creates an element with properties, `data`, event listeners (`onclick`), children. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && !name.startsWith("aria")) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** A round avatar with initials. The colour depends on the id, unless a hue is given. */
export function avatar(name, id, hue = (Math.abs(id) * 67) % 360) {
  const initials = name.split(/\s+/).filter(Boolean).slice(0, 2).map((word) => [...word][0].toUpperCase()).join("");
  const node = el("span", { class: "avatar", "aria-hidden": "true" }, initials);
  node.style.setProperty("--hue", String(hue));
  return node;
}

/** Calls the control API; throws an Error with its message. */
export async function call(path, body, method = body === undefined ? "GET" : "POST") {
  const options = { method };
  if (body !== undefined && body !== null) {
    options.headers = { "content-type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(`/_sandbox${path}`, options);
  const json = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Error(json?.error ?? answer.statusText);
  return json;
}

/** Shows a message for a few seconds. */
export function toast(text) {
  const node = el("div", { class: "toast" }, text);
  document.getElementById("toasts").append(node);
  setTimeout(() => node.remove(), 2600 + text.length * 30);
}

/** Copies a text, also where the clipboard API is unavailable, and shows a toast. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el("textarea", { value: text, class: "away" });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast("Copied");
}
