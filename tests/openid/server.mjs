// Runs oauth2-mock-server for one test. Prints its issuer, then reads commands and prints `done` after each:
//   {"claims": {…}}   claims added to the following ID tokens
//   {"rotate": true}  replaces the signing key; the old key is no longer published
// Ends at the end of standard input.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const folder = process.argv[2];
const installed = createRequire(join(folder, 'package.json')).resolve('oauth2-mock-server');
const { OAuth2Server } = await import(pathToFileURL(installed).href);

const server = new OAuth2Server();
await server.issuer.keys.generate('RS256');
await server.start(0, '127.0.0.1');
server.issuer.url = `http://127.0.0.1:${server.address().port}`;

let claims = {};
server.service.on('beforeTokenSigning', (token) => Object.assign(token.payload, claims));
console.log(server.issuer.url);

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  if (order.claims) claims = order.claims;
  if (order.rotate) {
    const keys = server.issuer.keys;
    await keys.generate('RS256');
    // The store cannot remove a key, so a new store with only the newest key replaces it.
    const all = keys.toJSON ? keys.toJSON(true) : [];
    if (all.length > 1) await replaceKeys(keys, all[all.length - 1]);
  }
  console.log('done');
}
await server.stop();

async function replaceKeys(keys, newest) {
  const { JWKStore } = await import(pathToFileURL(installed).href);
  const store = new JWKStore();
  await store.add(newest);
  server.issuer.keys.get = store.get.bind(store);
  server.issuer.keys.toJSON = store.toJSON.bind(store);
}
