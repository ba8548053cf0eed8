// Stand-in for Telegram's telegram-widget.js with the same contract: a script tag with data-telegram-login,
// data-size, data-radius, data-userpic, data-request-access, and data-auth-url or data-onauth="name(user)".
// It inserts a frame after its own tag and nothing inline, so it works under a strict content security policy.
(function () {
  "use strict";
  const script = document.currentScript;
  const bot = script && script.getAttribute("data-telegram-login");
  if (!bot) return;
  const sandbox = new URL(script.src).origin;

  const inside = new URL("/embed/" + encodeURIComponent(bot), sandbox);
  inside.searchParams.set("origin", location.origin);
  inside.searchParams.set("return_to", location.href);
  for (const name of ["size", "radius", "userpic", "request-access", "lang"]) {
    const value = script.getAttribute("data-" + name);
    if (value !== null) inside.searchParams.set(name.replace("-", "_"), value);
  }

  const frame = document.createElement("iframe");
  frame.id = "telegram-login-" + bot;
  frame.title = "Log in with Telegram";
  frame.src = inside.href;
  frame.width = "238";
  frame.height = "40";
  frame.style.border = "none";
  frame.style.overflow = "hidden";
  frame.style.colorScheme = "normal";
  script.parentNode.insertBefore(frame, script.nextSibling);

  /** data-onauth is a call such as "onTelegramAuth(user)". The function is looked up; the text is never evaluated. */
  function handler() {
    const named = /^\s*([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)\s*\(\s*user\s*\)\s*;?\s*$/.exec(script.getAttribute("data-onauth") || "");
    if (!named) return null;
    const found = named[1].split(".").reduce((holder, name) => (holder ? holder[name] : undefined), window);
    return typeof found === "function" ? found : null;
  }

  function authorized(user) {
    const address = script.getAttribute("data-auth-url");
    if (address) {
      const target = new URL(address, location.href);
      if (target.protocol !== "https:" && target.protocol !== "http:") return;
      for (const [name, value] of Object.entries(user)) target.searchParams.set(name, String(value));
      location.href = target.href;
      return;
    }
    const call = handler();
    if (call) call(user);
  }

  window.addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== sandbox) return;
    let message;
    try {
      message = JSON.parse(event.data);
    } catch {
      return;
    }
    if (message.event === "resize") {
      frame.width = String(message.width);
      frame.height = String(message.height);
    } else if (message.event === "auth_user") {
      authorized(message.auth_data);
    }
  });
})();
