// The part of a browser that the embed script needs, and a pretend authorization server behind its `fetch`.

import { createHash, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import vm from "node:vm";

export const ISSUER = "https://auth.example";
export const CLIENT = "c_shop";
export const source = readFileSync(new URL("../../templates/assets/embed/1.0.0.js", import.meta.url), "utf8");
const program = new vm.Script(source, { filename: "embed.js" });

/** Waits until every promise that can settle has settled. */
export const settled = async () => {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** In promises only, so that `settled` waits for it; the real one works on a thread. */
const digest = async (_algorithm, bytes) => createHash("sha256").update(bytes).digest();
const base64url = (bytes) => Buffer.from(bytes).toString("base64url");

/** Tokens, rotation and the cookie, as the contract of the service says. */
export class Service {
  calls = [];
  now = 1_800_000_000_000;
  cookies = "kept";
  cookie = null;
  offline = false;
  current = null;
  previous = null;
  grants = new Map();
  issued = 0;
  api = () => 200;

  /** What the sign-in page does: gives a code for the request that it was opened with. */
  authorize(address) {
    const request = new URL(address).searchParams;
    const code = `code-${this.grants.size}`;
    this.grants.set(code, request);
    return { type: "neuralbox:authorization", code, state: request.get("state"), iss: ISSUER };
  }

  tokens(nonce) {
    this.issued += 1;
    const claims = { iss: ISSUER, aud: CLIENT, sub: "42", name: "Ann Ünal", ...(nonce && { nonce }), ...this.claims };
    this.previous = this.current;
    this.current = `refresh-${this.issued}`;
    return {
      access_token: `access-${this.issued}`,
      expires_in: 900,
      id_token: `h.${base64url(JSON.stringify(claims))}.s`,
      refresh_token: this.current,
    };
  }

  answer(path, fields, embedded) {
    if (path === "/oauth2/revoke") {
      this.current = this.previous = this.cookie = null;
      return {};
    }
    let body;
    if (fields.grant_type === "authorization_code") {
      const request = this.grants.get(fields.code);
      const challenge = createHash("sha256").update(fields.code_verifier).digest("base64url");
      const fits = request?.get("redirect_uri") === fields.redirect_uri && request.get("code_challenge") === challenge;
      if (!fits) return { error: "invalid_grant" };
      this.grants.delete(fields.code);
      body = this.tokens(request.get("nonce"));
    } else {
      const shown = fields.refresh_token ?? (embedded ? this.cookie : null);
      if (!shown || ![this.current, this.previous].includes(shown)) return { error: "invalid_grant" };
      body = this.tokens();
    }
    if (!embedded) return body;
    if (this.cookies === "kept") this.cookie = body.refresh_token;
    const { refresh_token: _, ...rest } = body;
    return rest;
  }

  async fetch(input, init) {
    if (this.offline) throw new TypeError("Failed to fetch");
    if (typeof input === "object") {
      const authorization = input.headers.get("authorization");
      this.calls.push({ path: input.url, authorization, body: await input.text() });
      return new Response("", { status: this.api(authorization) });
    }
    const { pathname: path } = new URL(input);
    const fields = Object.fromEntries(init.body);
    const embedded = init.headers["X-NeuralBox-Embed"] === "1";
    if (embedded !== (init.credentials === "include")) throw new Error("credentials go with the header");
    this.calls.push({ path, fields, embedded });
    const answer = this.answer(path, fields, embedded);
    return Response.json(answer, { status: answer.error ? 400 : 200 });
  }

  /** Short names of the calls since the last time. */
  seen() {
    const kind = { authorization_code: "code", refresh_token: "refresh" };
    const name = ({ path, fields, embedded }) => {
      if (!fields) return path;
      const call = path === "/oauth2/token" ? kind[fields.grant_type] : path.replace("/oauth2/", "");
      const token = fields.refresh_token ?? fields.token;
      return [call, token && "token", embedded && "cookie"].filter(Boolean).join("+");
    };
    return this.calls.splice(0).map(name);
  }
}

class Storage {
  items = new Map();
  getItem(key) { return this.items.get(key) ?? null; }
  setItem(key, value) { this.items.set(key, value); }
  removeItem(key) { this.items.delete(key); }
}

class Element {
  children = [];
  attributes = {};
  listeners = {};
  textContent = "";
  classes = new Set();
  classList = { toggle: (name, on) => (on ? this.classes.add(name) : this.classes.delete(name)) };
  constructor(tag) { this.tag = tag; }
  get firstChild() { return this.children[0]; }
  append(...children) { this.children.push(...children); }
  after(sibling) { this.sibling = sibling; }
  setAttribute(name, value) { this.attributes[name] = value; }
  addEventListener(name, listener) { this.listeners[name] = listener; }
  attachShadow() { return (this.shadow = new Element("shadow")); }
}

/** A website whose pages share storage. `open` loads a page. */
export class Site {
  localStorage = new Storage();
  sessionStorage = new Storage();
  channels = [];
  constructor(service, data = {}) {
    this.service = service;
    this.data = data;
  }

  open(address = "https://shop.example/cart", { popups = true, lang = "en", agent = "Chrome" } = {}) {
    return new Page(this, address, { popups, lang, agent });
  }
}

export class Page {
  events = [];
  opened = [];
  timers = [];
  left = null;

  constructor(site, address, options) {
    const page = this;
    const { service } = site;
    this.service = service;
    const listeners = {};
    const documentListeners = {};
    const location = new URL(address);
    const script = new Element("script");
    script.dataset = { client: CLIENT, ...site.data };
    script.src = `${ISSUER}/embed.js`;
    this.script = script;
    this.address = () => window.location.href;
    this.message = (event) => listeners.message?.(event);
    const window = {
      location: {
        href: location.href, origin: location.origin, pathname: location.pathname, search: location.search, hash: location.hash,
        assign: (target) => { page.left = target; },
      },
      history: {
        state: null,
        replaceState: (_state, _title, target) => {
          window.location.href = new URL(target, window.location.href).href;
          page.addressAtFirstCall = service.calls.length === 0 ? window.location.href : null;
        },
      },
      document: {
        currentScript: script,
        readyState: "complete",
        documentElement: { lang: options.lang },
        body: { contains: () => true },
        createElement: (tag) => new Element(tag),
        createElementNS: (_space, tag) => new Element(tag),
        querySelectorAll: () => [],
        addEventListener: (name, listener) => { documentListeners[name] = listener; },
        dispatchEvent: ({ type, detail }) => page.events.push([type.replace("neuralbox:", ""), JSON.parse(JSON.stringify(detail))]),
      },
      navigator: { userAgent: options.agent },
      localStorage: site.localStorage,
      sessionStorage: site.sessionStorage,
      screenX: 0, screenY: 0, outerWidth: 1000, outerHeight: 800,
      open: (target) => {
        page.opened.push(target);
        if (!options.popups) return null;
        page.popup = { closed: false, close() { this.closed = true; }, location: { replace: (to) => { page.popup.at = to; } } };
        return page.popup;
      },
      addEventListener: (name, listener) => { listeners[name] = listener; },
      removeEventListener: (name) => { delete listeners[name]; },
      matchMedia: () => ({ matches: options.dark ?? false, addEventListener() {} }),
      getComputedStyle: () => ({ colorScheme: "normal" }),
      CSSStyleSheet: class { replaceSync(text) { this.text = text; } },
      BroadcastChannel: class {
        constructor() { site.channels.push(this); }
        postMessage(data) { site.channels.filter((other) => other !== this).forEach((other) => other.onmessage({ data })); }
      },
      CustomEvent: class { constructor(type, { detail }) { Object.assign(this, { type, detail }); } },
      Request: class extends Request {
        constructor(input, init) { super(typeof input === "string" ? new URL(input, window.location.href) : input, init); }
      },
      fetch: (input, init) => service.fetch(input, init),
      setTimeout: (run, delay) => page.timers.push({ run, delay }),
      clearTimeout: (timer) => { page.timers[timer - 1].run = () => {}; },
      Date: { now: () => service.now },
      crypto: { getRandomValues: (bytes) => webcrypto.getRandomValues(bytes), subtle: { digest } }, URL, URLSearchParams, TextEncoder, TextDecoder, btoa, atob,
    };
    window.window = window;
    vm.createContext(window);
    program.runInContext(window);
    this.window = window;
    this.box = window.NeuralBox;
  }

  /** Parameters that the sign-in page was opened with. */
  request() { return new URL(this.popup?.at ?? this.left).searchParams; }

  /** Delivers what the last page of the service posts. */
  post(data, { origin = ISSUER, source = this.popup } = {}) { this.message({ origin, source, data }); }

  /** Signs in by the popup, from the click to the person. */
  async signIn() {
    const signedIn = this.box.signIn();
    await settled();
    this.post(this.service.authorize(this.popup.at));
    return signedIn;
  }

  button() {
    const [button] = this.script.sibling.shadow.children;
    return { text: button.children.slice(1).map((part) => part.textContent).filter(Boolean).join(" "), click: button.listeners.click };
  }

  names() { return this.events.splice(0).map(([name]) => name); }
}
