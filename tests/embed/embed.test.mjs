// Behaviour of the embed script, against the contract of the service. Run by the test `web::embed` with `node --test`.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { CLIENT, ISSUER, Service, Site, settled, source } from "./browser.mjs";

const shop = (data) => new Site(new Service(), data);
const code = (error) => error.code;
const rejected = (promise) => promise.then(() => assert.fail("resolved"), code);

test("it is small and needs no exception of a content security policy", () => {
  assert.ok(gzipSync(source).length <= 8 * 1024);
  for (const forbidden of [/\beval\(/, /new Function/, /innerHTML|outerHTML|insertAdjacentHTML|document\.write/, /\.style\b/, /"style"/, /postMessage\([^)]*"\*"/]) {
    assert.doesNotMatch(source, forbidden);
  }
});

test("a first visit asks nobody anything", async () => {
  const site = shop();
  const page = site.open();
  assert.equal(await page.box.ready, null);
  await settled();
  assert.deepEqual(site.service.seen(), []);
  assert.deepEqual(page.events, [["ready", { user: null }]]);
  assert.equal(page.button().text, "Sign in with NeuralBox");
  assert.equal(site.open(undefined, { lang: "ru-RU" }).button().text, "Войти через NeuralBox");
});

test("the window opens in the task of the click, and is sent to the sign-in with PKCE", async () => {
  const page = shop({ resource: "https://api.shop.example" }).open();
  page.button().click();
  assert.deepEqual(page.opened, [""]);
  await settled();
  const { origin, pathname } = new URL(page.popup.at);
  assert.deepEqual([origin, pathname], [ISSUER, "/oauth2/authorize"]);
  const request = Object.fromEntries(page.request());
  const { state, nonce, code_challenge: challenge, ...fixed } = request;
  assert.deepEqual(fixed, {
    client_id: CLIENT, response_type: "code", response_mode: "web_message", redirect_uri: "https://shop.example",
    scope: "openid profile offline_access", code_challenge_method: "S256", ui_locales: "en",
    resource: "https://api.shop.example",
  });
  for (const random of [state, nonce, challenge]) assert.match(random, /^[\w-]{43}$/);
  assert.equal(new Set([state, nonce, challenge]).size, 3);
});

test("only the answer of our window, from our origin, with our state ends the sign-in", async () => {
  const page = shop().open();
  const signedIn = page.box.signIn();
  await settled();
  const answer = page.service.authorize(page.popup.at);
  page.post(answer, { origin: "https://evil.example" });
  page.post(answer, { source: {} });
  page.post({ ...answer, state: "another" });
  page.post({ ...answer, type: "another" });
  page.post(null);
  await settled();
  assert.equal(page.box.user, null);
  assert.deepEqual(page.service.seen(), []);
  page.post(answer);
  assert.equal((await signedIn).name, "Ann Ünal");
  assert.ok(page.popup.closed);
});

test("an answer of another issuer is refused, and its code is not sent anywhere", async () => {
  const page = shop().open();
  const signedIn = rejected(page.box.signIn());
  await settled();
  page.post({ ...page.service.authorize(page.popup.at), iss: "https://other.example" });
  assert.equal(await signedIn, "invalid_response");
  assert.deepEqual(page.service.seen(), []);
});

test("a refusal is passed on", async () => {
  const page = shop().open();
  page.button().click();
  await settled();
  const { state } = Object.fromEntries(page.request());
  page.post({ type: "neuralbox:authorization", error: "access_denied", error_description: "No", state, iss: ISSUER });
  await settled();
  assert.deepEqual(page.events.at(-1), ["error", { code: "access_denied", message: "No" }]);
});

test("an ID token of another issuer, client or sign-in is refused", async () => {
  for (const claims of [{ iss: "https://other.example" }, { aud: "c_other" }, { nonce: "another" }]) {
    const page = shop().open();
    page.service.claims = claims;
    assert.equal(await rejected(page.signIn()), "invalid_response");
    assert.equal(page.box.user, null);
  }
});

test("the refresh token moves into the cookie, and a reload needs no click", async () => {
  const site = shop();
  const page = site.open();
  await page.signIn();
  assert.deepEqual(site.service.seen(), ["code", "refresh+token+cookie", "refresh+cookie"]);
  assert.deepEqual(page.names(), ["ready", "signin"]);
  assert.equal(page.button().text, "Sign out Ann Ünal");

  const reloaded = site.open();
  assert.equal((await reloaded.box.ready).sub, "42");
  await settled();
  assert.deepEqual(site.service.seen(), ["refresh+cookie"]);
  assert.deepEqual(reloaded.names(), ["signin", "ready"]);
  await reloaded.signIn();
  assert.deepEqual(site.service.seen(), ["code+cookie"], "a browser that stores the cookie needs no trial");
  assert.doesNotMatch(JSON.stringify([...site.localStorage.items, ...site.sessionStorage.items]), /access-|refresh-/);
});

test("where cookies are blocked the refresh token stays in memory", async () => {
  const site = shop();
  site.service.cookies = "blocked";
  const page = site.open();
  await page.signIn();
  assert.deepEqual(site.service.seen(), ["code", "refresh+token+cookie", "refresh+cookie", "refresh+token"]);
  site.service.now += 900_000;
  await page.box.fetch("/api/orders");
  assert.deepEqual(site.service.seen(), ["refresh+token", "https://shop.example/api/orders"]);
  assert.doesNotMatch(JSON.stringify([...site.localStorage.items, ...site.sessionStorage.items]), /access-|refresh-/);

  const reloaded = site.open();
  assert.equal(await reloaded.box.ready, null);
  assert.deepEqual(site.service.seen(), []);
  assert.equal(reloaded.button().text, "Continue as Ann Ünal");
});

test("calls carry the access token to the website's own APIs only", async () => {
  const page = shop({ api: "https://api.shop.example/v1, https://b.example" }).open();
  assert.equal(await rejected(page.box.fetch("/api")), "signed_out");
  await page.signIn();
  page.service.seen();
  for (const [target, sent] of [["/a", "https://shop.example/a"], ["https://api.shop.example/b", 0], [`${ISSUER}/oauth2/userinfo`, 0]]) {
    await page.box.fetch(target, { method: "POST", body: "x", headers: { "content-type": "text/plain" } });
    const [call] = page.service.calls.splice(0);
    assert.deepEqual([call.path, call.authorization, call.body], [sent || target, "Bearer access-3", "x"]);
  }
  assert.equal(await rejected(page.box.fetch("https://evil.example/")), "origin_not_listed");
  assert.deepEqual(page.service.seen(), []);
});

test("a token is refreshed before it expires, once for all calls, and after a refusal", async () => {
  const page = shop().open();
  await page.signIn();
  page.service.seen();
  page.service.now += 880_000;
  await Promise.all([page.box.fetch("/a"), page.box.fetch("/b")]);
  assert.deepEqual(page.service.seen(), ["refresh+cookie", "https://shop.example/a", "https://shop.example/b"]);

  page.service.api = () => 401;
  assert.equal((await page.box.fetch("/young")).status, 401);
  assert.deepEqual(page.service.seen(), ["https://shop.example/young"], "a new token would be refused too");
  page.service.now += 120_000;
  page.service.api = (authorization) => (authorization === "Bearer access-5" ? 200 : 401);
  assert.equal((await page.box.fetch("/c", { method: "POST", body: "x" })).status, 200);
  assert.deepEqual(page.service.seen(), ["https://shop.example/c", "refresh+cookie", "https://shop.example/c"]);
});

test("a grant that was cut off signs out, a network that fails does not", async () => {
  const page = shop().open();
  await page.signIn();
  page.names();
  page.service.now += 900_000;
  page.service.offline = true;
  assert.equal(await rejected(page.box.fetch("/a")), "unreachable");
  assert.equal(page.box.user.sub, "42");
  page.service.offline = false;
  page.service.current = page.service.previous = null;
  assert.equal(await rejected(page.box.fetch("/a")), "invalid_grant");
  assert.deepEqual(page.events, [["signout", { reason: "session_ended" }]]);
  assert.equal(page.button().text, "Continue as Ann Ünal");
});

test("a refresh never changes the person", async () => {
  const page = shop().open();
  await page.signIn();
  page.service.now += 900_000;
  page.service.claims = { sub: "43" };
  assert.equal(await rejected(page.box.fetch("/a")), "invalid_response");
  assert.equal(page.box.user, null);
});

test("signing out revokes, in every tab", async () => {
  const site = shop();
  const page = site.open();
  await page.signIn();
  const other = site.open();
  await other.box.ready;
  site.service.seen();
  await page.box.signOut();
  assert.deepEqual(site.service.seen(), ["revoke+cookie"]);
  assert.deepEqual([page.box.user, other.box.user], [null, null]);
  assert.equal(page.button().text, "Sign in with NeuralBox");
  assert.deepEqual([...site.localStorage.items], []);

  await page.signIn();
  await page.box.signOut({ everywhere: true });
  assert.equal(page.opened.at(-1), `${ISSUER}/oauth2/logout?client_id=${CLIENT}&ui_locales=en`);
});

test("where popups are blocked the page redirects, and the code leaves the address first", async () => {
  const site = shop();
  const page = site.open("https://shop.example/cart?item=7#top", { popups: false });
  page.button().click();
  await settled();
  const request = Object.fromEntries(page.request());
  assert.deepEqual([request.response_mode, request.redirect_uri], ["query", "https://shop.example/cart"]);
  const { code: given, state, iss } = site.service.authorize(page.left);
  const answer = new URLSearchParams({ code: given, state, iss });

  const forged = site.open(`https://shop.example/cart?code=stolen&state=theirs&iss=${encodeURIComponent(ISSUER)}`);
  await forged.box.ready;
  assert.match(forged.address(), /code=stolen/, "an answer to somebody else's request is left alone");
  assert.deepEqual(site.service.seen(), []);

  const back = site.open(`https://shop.example/cart?${answer}`);
  assert.equal((await back.box.ready).name, "Ann Ünal");
  assert.equal(back.addressAtFirstCall, "https://shop.example/cart?item=7#top");
  site.service.seen();
  const again = site.open(`https://shop.example/cart?${answer}`);
  await again.box.ready;
  assert.ok(!site.service.seen().includes("code"), "an answer counts once");
});

test("a redirect may end on a page of its own, and a wrong issuer is refused there too", async () => {
  const site = shop({ redirect: "https://shop.example/signed-in" });
  const page = site.open("https://shop.example/cart", { agent: "Telegram-Android/11" });
  page.button().click();
  assert.deepEqual(page.opened, [], "an in-app browser has no second window");
  await settled();
  assert.equal(page.request().get("redirect_uri"), "https://shop.example/signed-in");
  const { state } = Object.fromEntries(page.request());
  const answer = new URLSearchParams({ code: "x", state, iss: "https://other.example", mine: "1" });
  const back = site.open(`https://shop.example/signed-in?${answer}`);
  await back.box.ready;
  assert.equal(back.address(), "https://shop.example/signed-in?mine=1");
  assert.deepEqual(back.names().at(0), "error");
  assert.deepEqual(site.service.seen(), []);
});

test("a window that the site's own policy cuts off makes the next sign-in a redirect", async () => {
  const page = shop().open();
  const first = rejected(page.box.signIn());
  await settled();
  page.popup.closed = true;
  page.timers.find(({ delay }) => delay === 1_500).run();
  assert.equal(await first, "popup_closed");
  page.box.signIn();
  await settled();
  assert.ok(page.left.startsWith(`${ISSUER}/oauth2/authorize?`));
});

test("a time limit ends a sign-in, and a second one ends the first", async () => {
  const page = shop().open();
  const first = rejected(page.box.signIn());
  await settled();
  const second = rejected(page.box.signIn());
  assert.equal(await first, "superseded");
  await settled();
  page.popup.closed = true;
  page.timers.filter(({ delay }) => delay === 600_000).at(-1).run();
  assert.equal(await second, "timeout");
});

test("without storage the script still signs in", async () => {
  const site = shop();
  const forbidden = { getItem() { throw new Error(); }, setItem() { throw new Error(); }, removeItem() { throw new Error(); } };
  site.localStorage = site.sessionStorage = forbidden;
  const page = site.open();
  assert.equal((await page.signIn()).sub, "42");
  await page.box.signOut();
  assert.equal(page.box.user, null);
});

test("the verifier fits the challenge", async () => {
  const page = shop().open();
  const signedIn = page.box.signIn();
  await settled();
  const challenge = page.request().get("code_challenge");
  page.post(page.service.authorize(page.popup.at));
  await signedIn;
  const [{ fields }] = page.service.calls;
  assert.equal(createHash("sha256").update(fields.code_verifier).digest("base64url"), challenge);
});
