// Runs openid-client, a certified client, through one whole life of a sign-in. Arguments: the folder of the installation, and
// the settings as JSON (`issuer`, `client_id`, `client_secret`, `redirect_uri`, `after`, `now`). Prints the address that the
// person opens, reads the address that they come back with, and prints what it learned as JSON.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const [folder, settings] = process.argv.slice(2);
const { issuer, client_id, client_secret, redirect_uri, after, now } = JSON.parse(settings);
const installed = createRequire(join(folder, 'package.json')).resolve('openid-client');
const client = await import(pathToFileURL(installed).href);

// The clock of the provider stands still at another time.
const metadata = { client_secret, [client.clockSkew]: now - Math.floor(Date.now() / 1000), [client.clockTolerance]: 30 };
const options = { execute: [client.allowInsecureRequests] };
const config = await client.discovery(new URL(issuer), client_id, metadata, undefined, options);

const code_verifier = client.randomPKCECodeVerifier();
const [state, nonce] = [client.randomState(), client.randomNonce()];
const address = client.buildAuthorizationUrl(config, {
  redirect_uri,
  scope: 'openid profile email offline_access',
  code_challenge: await client.calculatePKCECodeChallenge(code_verifier),
  code_challenge_method: 'S256',
  state,
  nonce,
});
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
console.log(address.href);
const back = new URL((await lines.next()).value);

const tokens = await client.authorizationCodeGrant(config, back, {
  pkceCodeVerifier: code_verifier,
  expectedState: state,
  expectedNonce: nonce,
  idTokenExpected: true,
});
const claims = tokens.claims();
const person = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
const seen = await client.tokenIntrospection(config, refreshed.access_token);
await client.tokenRevocation(config, refreshed.refresh_token);
const revoked = await client.tokenIntrospection(config, refreshed.access_token);
const refused = await client.refreshTokenGrant(config, refreshed.refresh_token).catch((error) => error.error);
const logout = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: after });
console.log(JSON.stringify({
  name: person.name,
  same: person.sub === claims.sub,
  active: seen.active,
  revoked: revoked.active,
  refused,
  logout: logout.href,
}));
lines.return?.();
process.exit(0);
