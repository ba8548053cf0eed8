// Signs in and manages keys with the generated types: `node built/program.js URL LOGIN` prints the names of all keys, and the code of a
// refused request.

import createClient from "openapi-fetch";
import type { components, operations, paths } from "./api.js";

type Login = components["schemas"]["TelegramLoginRequest"];
type Key = components["schemas"]["KeyView"];
type Problem = components["schemas"]["Problem"];
type CreatedKey = operations["createKey"]["responses"][201]["content"]["application/json"];

declare const process: { argv: string[] };

function fail(problem: Problem): never {
  const fields = (problem.errors ?? []).map(({ field, message }) => `${field} ${message}`);
  throw new Error([problem.type, problem.code, problem.detail, problem.request_id, ...fields].join("\n"));
}

async function signIn(url: string, login: Login): Promise<string> {
  const { data, error } = await createClient<paths>({ baseUrl: url }).POST("/api/v2/auth/telegram", { body: login });
  if (error) fail(error);
  const balance: number = data.user.token_balance;
  if (balance < 0) throw new Error("a new account owes tokens");
  return data.access_token;
}

function authorized(url: string, token: string) {
  return createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${token}` } });
}

type Api = ReturnType<typeof authorized>;

async function createKey(api: Api, name: string): Promise<CreatedKey> {
  const { data, error } = await api.POST("/api/v2/keys", { body: { name } });
  if (error) fail(error);
  return data;
}

async function listKeys(api: Api): Promise<Key[]> {
  const keys: Key[] = [];
  let after: string | null | undefined;
  do {
    const query = after ? { after, limit: 1 } : { limit: 1 };
    const { data, error } = await api.GET("/api/v2/keys", { params: { query } });
    if (error) fail(error);
    keys.push(...data.keys);
    after = data.next;
  } while (after);
  return keys;
}

const [, , url = "", login = ""] = process.argv;
const api = authorized(url, await signIn(url, JSON.parse(login) as Login));
for (const name of ["laptop", "server"]) {
  const created = await createKey(api, name);
  if (!created.key.startsWith("nb_") || created.name !== name) throw new Error("not the key that was asked for");
}
const names = (await listKeys(api)).map((key) => key.name);
const refused = await api.DELETE("/api/v2/keys/{id}", { params: { path: { id: 4711 } } });
console.log(JSON.stringify([...names, refused.error?.code]));
