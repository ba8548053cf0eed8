// A website's backend: checks the access token of its page, and keeps an API key of its own.

import { fileURLToPath } from "node:url";

import express from "express";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";

const issuer = process.env.NEURALBOX_ISSUER ?? "http://localhost:8080";
// Name of this API: the page's data-resource. Tokens for other APIs are refused.
const audience = process.env.NEURALBOX_RESOURCE ?? "https://api.shop.example";
// The key never leaves this process. By default it asks about itself.
const key = process.env.NEURALBOX_KEY ?? "";
const apiUrl = process.env.NEURALBOX_API_URL ?? `${issuer}/api/v2/key`;

// Caches the keys, and fetches them again for an unknown `kid`, at most every 30 seconds.
const keys = createRemoteJWKSet(new URL("/oauth2/jwks", issuer), { cacheMaxAge: 300_000, cooldownDuration: 30_000 });
const checks = { issuer, audience, algorithms: ["ES256"], typ: "at+jwt", requiredClaims: ["sub", "exp", "scope"] };

const signedIn = async (request, response, next) => {
  const [scheme, token] = (request.headers.authorization ?? "").split(" ");
  try {
    if (scheme.toLowerCase() !== "bearer" || !token) throw new errors.JWTInvalid("no access token was sent");
    request.caller = (await jwtVerify(token, keys, checks)).payload;
  } catch (error) {
    if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) {
      return response.status(503).json({ detail: "The keys of the issuer cannot be fetched" });
    }
    response.set("WWW-Authenticate", 'Bearer error="invalid_token"');
    return response.status(401).json({ detail: "This access token isn't valid here" });
  }
  next();
};

const app = express();

app.get("/api/me", signedIn, ({ caller }, response) => {
  response.json({ person: caller.sub, scope: caller.scope.split(" ") });
});

// Calls the AI API for a signed-in person, with the key of this server.
app.get("/api/key", signedIn, async ({ caller }, response) => {
  const answer = await fetch(apiUrl, { headers: { authorization: `Bearer ${key}` }, signal: AbortSignal.timeout(10_000) });
  response.json({ person: caller.sub, status: answer.status });
});

app.use(express.static(fileURLToPath(new URL("../website", import.meta.url))));
app.listen(Number(process.env.PORT ?? 9300), "127.0.0.1");
