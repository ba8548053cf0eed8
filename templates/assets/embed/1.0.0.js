// Signs people in to a website with NeuralBox. The guide is docs/embedding.md.
//
// No dependency, no inline style or HTML, no eval. The access token stays in memory. The refresh token moves into a
// partitioned cookie of the service where the browser stores one, and stays in memory elsewhere.
(() => {
  "use strict";
  if (window.NeuralBox) return;

  const script = document.currentScript ?? document.querySelector("script[data-client]");
  const settings = script.dataset;
  const client = settings.client;
  const issuer = new URL(settings.issuer ?? script.src).origin;
  const scope = settings.scope ?? "openid profile offline_access";
  /** Origins that may receive the access token. */
  const apis = (settings.api ?? "").split(/[\s,]+/).filter(Boolean).map((address) => new URL(address).origin);
  apis.push(location.origin, issuer);
  const language = /^ru\b/i.test(settings.lang ?? document.documentElement.lang) ? "ru" : "en";
  const texts = {
    en: { signIn: "Sign in with NeuralBox", resume: "Continue as", signOut: "Sign out" },
    ru: { signIn: "Войти через NeuralBox", resume: "Продолжить как", signOut: "Выйти" },
  }[language];

  const EMBED = { "X-NeuralBox-Embed": "1" };
  const SIGN_IN_TIMEOUT_MS = 600_000;
  /** Nobody closes a window so early: the site's own Cross-Origin-Opener-Policy has cut it off. */
  const CUT_OFF_MS = 1_500;
  const REFRESH_AHEAD_MS = 30_000;
  /** A younger access token that an API refuses would be refused again. */
  const RETRY_AFTER_MS = 60_000;
  /** In-app browsers have no second window. */
  const IN_APP = /Telegram|Instagram|FBA[NV]|Line\/|MicroMessenger/;

  class NeuralBoxError extends Error {
    constructor(code, message) {
      super(message ?? code);
      this.name = "NeuralBoxError";
      /** Stable; branch on it. OAuth errors keep their own code. */
      this.code = code;
    }
  }

  // Storage may be forbidden; the script then forgets between pages.
  const storage = {
    get(area, key) {
      try { return JSON.parse(window[area].getItem(`neuralbox:${client}${key}`)); } catch { return null; }
    },
    set(area, key, value) {
      try { window[area].setItem(`neuralbox:${client}${key}`, JSON.stringify(value)); } catch { /* forbidden or full */ }
    },
    remove(area, key) {
      try { window[area].removeItem(`neuralbox:${client}${key}`); } catch { /* forbidden */ }
    },
  };

  let user = null;
  /** `{ access, receivedAt, expiresAt, refresh }`; `refresh` is null if the cookie has it. */
  let tokens = null;
  /** `{ cookie, name }`: true if this browser stores the cookie; the name is shown after a reload without one. */
  let remembered = storage.get("localStorage", "") ?? {};
  let attempt = null;
  let refreshing = null;
  let redirectOnly = false;

  const remember = (values) => storage.set("localStorage", "", (remembered = values));
  const tell = (name, detail) => {
    render();
    document.dispatchEvent(new CustomEvent(`neuralbox:${name}`, { detail }));
  };
  const channel = window.BroadcastChannel && new BroadcastChannel(`neuralbox:${client}`);

  const base64url = (bytes) =>
    btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
  const challengeOf = async (verifier) => {
    if (!crypto.subtle) throw new NeuralBoxError("insecure_context", "Sign-in needs https, or http://localhost");
    return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
  };
  const claimsOf = (token) => {
    const bytes = atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))));
  };

  // ── Calls of the service ───────────────────────────────────────────────────────────────────────────────────────────

  /** Posts a form. `withCookie`: the refresh token is in the cookie, before and after. */
  const post = async (path, fields, withCookie) => {
    const answer = await fetch(issuer + path, {
      method: "POST",
      body: new URLSearchParams({ client_id: client, ...fields }),
      credentials: withCookie ? "include" : "omit",
      headers: withCookie ? EMBED : {},
      cache: "no-store",
    }).catch((fault) => { throw new NeuralBoxError("unreachable", fault.message); });
    if (answer.ok) return answer;
    const body = await answer.json().catch(() => ({}));
    throw new NeuralBoxError(body.error ?? `http_${answer.status}`, body.error_description);
  };
  const requestTokens = async (fields, withCookie) => (await post("/oauth2/token", fields, withCookie)).json();
  const exchange = (refresh, withCookie) =>
    requestTokens({ grant_type: "refresh_token", ...(refresh && { refresh_token: refresh }) }, withCookie);

  /** Checks an answer of the token endpoint, and takes the person and the tokens from it. */
  const accept = (answer, nonce) => {
    const claims = answer.id_token ? claimsOf(answer.id_token) : user;
    const isOurs = claims?.iss === issuer && claims.aud === client && (!nonce || claims.nonce === nonce);
    if (!isOurs || (!nonce && user && claims.sub !== user.sub)) {
      throw new NeuralBoxError("invalid_response", "The ID token is of another sign-in");
    }
    const receivedAt = Date.now();
    const expiresAt = receivedAt + answer.expires_in * 1000;
    tokens = { access: answer.access_token, receivedAt, expiresAt, refresh: answer.refresh_token ?? null };
    user = claims;
  };

  /**
   * Moves the refresh token into the cookie, and proves that the browser sends it back. Otherwise takes it back: the token
   * before the current one works for ten seconds.
   */
  const moveIntoCookie = async () => {
    const { refresh } = tokens;
    if (!refresh) return Boolean(remembered.cookie);
    try {
      await exchange(refresh, true);
      accept(await exchange(null, true));
      return true;
    } catch {
      await exchange(refresh, false).then((answer) => accept(answer), () => { tokens.refresh = null; });
      return false;
    }
  };

  const redeem = async (code, begun) => {
    const fields = { grant_type: "authorization_code", code, redirect_uri: begun.target, code_verifier: begun.verifier };
    accept(await requestTokens(fields, Boolean(remembered.cookie)), begun.nonce);
    remember({ cookie: await moveIntoCookie(), name: user.name });
    tell("signin", { user });
    return user;
  };

  /** Forgets the person. A person who did not ask for it is greeted by name. */
  const leave = (reason) => {
    user = tokens = null;
    if (reason === "signed_out") {
      remembered = {};
      storage.remove("localStorage", "");
    } else {
      remember({ name: remembered.name });
    }
    tell("signout", { reason });
  };

  const refreshNow = async () => {
    if (tokens && !tokens.refresh && !remembered.cookie) {
      leave("session_expired");
      throw new NeuralBoxError("session_expired", "Sign in again");
    }
    const before = user;
    try {
      accept(await exchange(tokens?.refresh, !tokens?.refresh));
    } catch (failure) {
      if (["invalid_grant", "invalid_client", "unauthorized_client", "invalid_response"].includes(failure.code)) {
        leave("session_ended");
      }
      throw failure;
    }
    if (!before) tell("signin", { user });
  };
  /** Refreshes once for all callers, and after those in other tabs. */
  const refresh = () => {
    const locked = navigator.locks ? () => navigator.locks.request(`neuralbox:${client}`, refreshNow) : refreshNow;
    return (refreshing ??= locked().finally(() => { refreshing = null; }));
  };

  // ── Sign-in ────────────────────────────────────────────────────────────────────────────────────────────────────────

  const openWindow = (address) => {
    const [width, height] = [480, 720];
    const left = Math.round(screenX + (outerWidth - width) / 2);
    const top = Math.round(screenY + (outerHeight - height) / 2);
    return window.open(address, `neuralbox_${client}`, `popup,width=${width},height=${height},left=${left},top=${top}`);
  };

  const authorizeAddress = async (begun, options) => {
    const values = {
      client_id: client,
      response_type: "code",
      response_mode: begun.mode,
      redirect_uri: begun.target,
      scope,
      state: begun.state,
      nonce: begun.nonce,
      code_challenge: await challengeOf(begun.verifier),
      code_challenge_method: "S256",
      ui_locales: language,
      resource: settings.resource,
      prompt: options.prompt,
      login_hint: options.loginHint,
    };
    const given = Object.entries(values).filter(([, value]) => value !== undefined);
    return `${issuer}/oauth2/authorize?${new URLSearchParams(given)}`;
  };

  const begin = (mode, target) => ({ mode, target, state: random(), nonce: random(), verifier: random() });

  /** Reads the answer to the sign-in `begun`. */
  const codeOf = (answer, begun) => {
    if (answer.state !== begun.state || answer.iss !== issuer) {
      throw new NeuralBoxError("invalid_response", "The answer is of another sign-in");
    }
    if (!answer.code) throw new NeuralBoxError(answer.error ?? "invalid_response", answer.error_description);
    return answer.code;
  };

  const signInByRedirect = async (options) => {
    const begun = begin("query", settings.redirect ?? location.origin + location.pathname);
    storage.set("sessionStorage", `:${begun.state}`, { ...begun, back: location.href });
    location.assign(await authorizeAddress(begun, options));
    return new Promise(() => {});
  };

  const signInByPopup = (popup, options) => {
    const begun = begin("web_message", location.origin);
    return new Promise((resolve, reject) => {
      const end = () => {
        window.removeEventListener("message", receive);
        timers.forEach(clearTimeout);
        attempt = null;
      };
      const fail = (code, message) => {
        end();
        reject(new NeuralBoxError(code, message));
      };
      const receive = ({ origin, source, data }) => {
        // Other messages to this page are not ours, and a forged one must not end the sign-in.
        if (origin !== issuer || source !== popup || data?.type !== "neuralbox:authorization") return;
        if (data.state !== begun.state) return;
        end();
        popup.close();
        resolve((async () => redeem(codeOf(data, begun), begun))());
      };
      const timers = [setTimeout(() => fail("timeout", "Nobody signed in within ten minutes"), SIGN_IN_TIMEOUT_MS)];
      window.addEventListener("message", receive);
      attempt = { cancel: () => fail("superseded", "Another sign-in was begun") };
      authorizeAddress(begun, options).then((address) => {
        popup.location.replace(address);
        timers.push(setTimeout(() => {
          if (!popup.closed) return;
          redirectOnly = true;
          fail("popup_closed", "The window was closed, or Cross-Origin-Opener-Policy cut it off. The next sign-in redirects");
        }, CUT_OFF_MS));
      }).catch((failure) => {
        popup.close();
        fail(failure.code ?? "popup_closed", failure.message);
      });
    });
  };

  const signIn = (options = {}) => {
    attempt?.cancel();
    // In the same task as the click: afterwards browsers block it.
    const popup = options.redirect || redirectOnly || IN_APP.test(navigator.userAgent) ? null : openWindow("");
    return popup ? signInByPopup(popup, options) : signInByRedirect(options);
  };

  /** Ends a redirect sign-in. The code leaves the address before anything else. */
  const finishRedirect = async () => {
    const query = new URLSearchParams(location.search);
    const begun = query.has("state") && storage.get("sessionStorage", `:${query.get("state")}`);
    if (!begun) return false;
    const answer = Object.fromEntries(query);
    const back = new URL(begun.back);
    ["code", "state", "iss", "error", "error_description"].forEach((name) => query.delete(name));
    const rest = query.size ?? [...query].length;
    const here = location.pathname + (rest ? `?${query}` : "") + location.hash;
    history.replaceState(history.state, "", back.pathname === location.pathname ? back.href : here);
    storage.remove("sessionStorage", `:${begun.state}`);
    await redeem(codeOf(answer, begun), begun);
    return true;
  };

  const signOut = async ({ everywhere = false } = {}) => {
    const page = `${issuer}/oauth2/logout?${new URLSearchParams({ client_id: client, ui_locales: language })}`;
    const opened = everywhere && openWindow(page);
    const [held, inCookie] = [tokens, remembered.cookie];
    leave("signed_out");
    channel?.postMessage("signed_out");
    if (inCookie) await post("/oauth2/revoke", {}, true);
    else if (held) await post("/oauth2/revoke", { token: held.refresh ?? held.access }, false);
    if (everywhere && !opened) location.assign(page);
  };

  // ── Calls of the website's own APIs ────────────────────────────────────────────────────────────────────────────────

  const authorized = async (request) => {
    if (!tokens || tokens.expiresAt - REFRESH_AHEAD_MS < Date.now()) {
      if (!user) throw new NeuralBoxError("signed_out", "Nobody is signed in");
      await refresh();
    }
    request.headers.set("Authorization", `Bearer ${tokens.access}`);
    return fetch(request);
  };
  const fetchAuthorized = async (input, init) => {
    await ready;
    const request = new Request(input, init);
    const { origin } = new URL(request.url);
    if (!apis.includes(origin)) {
      throw new NeuralBoxError("origin_not_listed", `Add ${origin} to data-api; it would receive the access token`);
    }
    const answer = await authorized(request.clone());
    if (answer.status !== 401 || !tokens || Date.now() - tokens.receivedAt < RETRY_AFTER_MS) return answer;
    await refresh();
    return authorized(request);
  };

  // ── The button ─────────────────────────────────────────────────────────────────────────────────────────────────────

  const STYLE = `
    :host { display: inline-block; }
    button {
      all: unset; box-sizing: border-box; display: inline-flex; align-items: center; gap: .6em; min-height: 44px;
      padding: .4em 1.1em; border: 1px solid transparent; border-radius: 8px; cursor: pointer; user-select: none;
      font: 600 15px/1.25 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
      background: #3346b8; color: #fff;
    }
    button:hover { background: #26369a; }
    button:focus-visible { outline: 2px solid #3346b8; outline-offset: 2px; }
    button.dark { background: #a9b6ff; color: #12173a; }
    button.dark:hover { background: #c3ccff; }
    button.dark:focus-visible { outline-color: #a9b6ff; }
    svg { flex: none; width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linejoin: round; }
  `;
  const CUBE = "M12 2.5 20.5 7v10L12 21.5 3.5 17V7z M3.5 7 12 11.5 20.5 7 M12 11.5v10";
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const buttons = [];

  const isDark = (element) => {
    if (settings.theme === "dark" || settings.theme === "light") return settings.theme === "dark";
    const schemes = getComputedStyle(element).colorScheme ?? "";
    return schemes.includes("dark") && (prefersDark.matches || !schemes.includes("light"));
  };

  /** Draws the state into every button. */
  function render() {
    for (const { host, button, label, name } of buttons) {
      label.textContent = user ? texts.signOut : settings.label ?? (remembered.name ? texts.resume : texts.signIn);
      name.textContent = user?.name ?? (settings.label ? "" : remembered.name) ?? "";
      button.classList.toggle("dark", isDark(host.parentElement ?? host));
    }
  }

  const addButton = (place) => {
    const host = document.createElement("span");
    host.lang = language;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    const root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    icon.setAttribute("viewBox", "0 0 24 24");
    icon.setAttribute("aria-hidden", "true");
    icon.append(document.createElementNS("http://www.w3.org/2000/svg", "path"));
    icon.firstChild.setAttribute("d", CUBE);
    const [button, label, name] = ["button", "span", "bdi"].map((tag) => document.createElement(tag));
    button.type = "button";
    button.append(icon, label, name);
    button.addEventListener("click", () => {
      (user ? signOut() : signIn()).catch((failure) => {
        if (failure.code !== "superseded") tell("error", { code: failure.code, message: failure.message });
      });
    });
    root.append(button);
    place(host);
    buttons.push({ host, button, label, name });
  };

  const addButtons = () => {
    if (settings.button === "none") return;
    if (settings.button) {
      document.querySelectorAll(settings.button).forEach((place) => addButton((host) => place.append(host)));
    } else if (document.body?.contains(script)) {
      addButton((host) => script.after(host));
    }
    render();
  };

  // ── Start ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  if (!client) throw new NeuralBoxError("client_missing", "The script tag needs data-client");

  /** Resolves to the person, or to null, once a returning person is recognized. */
  const ready = (async () => {
    try {
      if (!(await finishRedirect()) && remembered.cookie) await refresh();
    } catch (failure) {
      tell("error", { code: failure.code, message: failure.message });
    }
    return user;
  })();

  window.NeuralBox = Object.freeze({
    get user() { return user; },
    ready,
    signIn,
    signOut,
    fetch: fetchAuthorized,
  });

  if (channel) channel.onmessage = () => user && leave("signed_out");
  prefersDark.addEventListener("change", render);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", addButtons);
  else addButtons();
  ready.then(() => tell("ready", { user }));
})();
