-- Asks NeuralBox Auth whether the key in `Authorization` may make a request now.
--
-- Yes: leaves who it is in txn variables, and haproxy.cfg goes on. No: answers the caller as the service answered.
-- Anything else, silence too: 503. Nothing passes that was not admitted.

-- The frontend `neuralbox_in` of haproxy.cfg.
local SOCKET = "abns@neuralbox-verify"
local URL = "http://neuralbox/api/v2/auth/verify"
-- Milliseconds. The backend's own bounds are shorter; this one is for whatever they do not see.
local PATIENCE = 4000

-- What the service says of who it is, and of the limit, and the variable that keeps it.
local KEPT = {
  ["x-neuralbox-plan"] = "txn.neuralbox_plan",
  ["x-neuralbox-key-id"] = "txn.neuralbox_key_id",
  ["x-neuralbox-key-name"] = "txn.neuralbox_key_name",
  ["x-neuralbox-token-balance"] = "txn.neuralbox_token_balance",
  ["ratelimit"] = "txn.neuralbox_ratelimit",
  ["ratelimit-policy"] = "txn.neuralbox_ratelimit_policy",
}
-- What the caller is shown of a no.
local SHOWN = {
  "content-type", "cache-control", "www-authenticate", "retry-after", "ratelimit", "ratelimit-policy", "x-request-id",
}
local REASONS = { [401] = "Unauthorized", [403] = "Forbidden", [429] = "Too Many Requests" }

local UNAVAILABLE = '{"type":"/docs#unavailable","title":"Service unavailable","status":503,'
  .. '"detail":"Keys cannot be checked at the moment. Try again in a few seconds.","code":"unavailable"}'

-- All values of these names among a request's headers, in the form that the client takes.
local function copied(headers, names)
  local copy = {}
  for _, name in ipairs(names) do
    if headers[name] then
      copy[name] = {}
      -- HAProxy counts from 0.
      for _, value in pairs(headers[name]) do
        table.insert(copy[name], value)
      end
    end
  end
  return copy
end

local function ask(txn)
  local headers = copied(txn.http:req_get_headers(), { "authorization", "user-agent", "x-request-id", "x-forwarded-for" })
  local client = core.httpclient()
  return client:get({ url = URL, dst = SOCKET, headers = headers, timeout = PATIENCE })
end

-- The first value of a header of the answer.
local function first(answer, name)
  local values = answer.headers and answer.headers[name]
  return values and values[0]
end

local function refuse(txn, answer)
  local reply = txn:reply({ status = answer.status, reason = REASONS[answer.status], body = answer.body or "" })
  for _, name in ipairs(SHOWN) do
    local value = first(answer, name)
    if value then
      reply:add_header(name, value)
    end
  end
  txn:done(reply)
end

local function not_now(txn, answer)
  local reply = txn:reply({ status = 503, reason = "Service Unavailable", body = UNAVAILABLE })
  reply:add_header("content-type", "application/problem+json")
  reply:add_header("cache-control", "no-store")
  reply:add_header("retry-after", answer and first(answer, "retry-after") or "5")
  txn:done(reply)
end

local function verify(txn)
  local asked, answer = pcall(ask, txn)
  if not asked or not answer then
    return not_now(txn)
  end
  local user = first(answer, "x-neuralbox-user-id")
  if answer.status == 200 and user and user:match("^%d+$") then
    for name, variable in pairs(KEPT) do
      local value = first(answer, name)
      if value then
        txn:set_var(variable, value)
      end
    end
    -- The last: it is what admits.
    txn:set_var("txn.neuralbox_user_id", user)
  elseif REASONS[answer.status] then
    refuse(txn, answer)
  else
    not_now(txn, answer)
  end
end

core.register_action("neuralbox_verify", { "http-req" }, verify, 0)
