-- Asks NeuralBox Auth whether the key in `Authorization` may make a request now.
--
-- Admitted: sets the identity in txn variables, and haproxy.cfg continues. Rejected: returns the response of the service.
-- Anything else, including a timeout: 503. No request passes unless it was admitted.

-- The frontend `neuralbox_in` of haproxy.cfg.
local SOCKET = "abns@neuralbox-verify"
local URL = "http://neuralbox/api/v2/auth/verify"
-- The backend's own timeouts are shorter; this one covers what they do not.
local TIMEOUT_MILLIS = 4000

-- Headers with the identity and the rate limit, and the variable for each.
local VARIABLES = {
  ["x-neuralbox-plan"] = "txn.neuralbox_plan",
  ["x-neuralbox-key-id"] = "txn.neuralbox_key_id",
  ["x-neuralbox-key-name"] = "txn.neuralbox_key_name",
  ["x-neuralbox-token-balance"] = "txn.neuralbox_token_balance",
  ["ratelimit"] = "txn.neuralbox_ratelimit",
  ["ratelimit-policy"] = "txn.neuralbox_ratelimit_policy",
}
-- Headers of a rejection that the caller receives.
local REJECTION_HEADERS = {
  "content-type", "cache-control", "www-authenticate", "retry-after", "ratelimit", "ratelimit-policy", "x-request-id",
}
local REASONS = { [401] = "Unauthorized", [403] = "Forbidden", [429] = "Too Many Requests" }

-- haproxy.cfg sets the address of the documentation.
local UNAVAILABLE = '{"type":"' .. os.getenv("NEURALBOX_PUBLIC_URL") .. '/docs#unavailable",'
  .. '"title":"Service unavailable","status":503,'
  .. '"detail":"Keys cannot be checked at the moment. Try again in a few seconds.","code":"unavailable"}'

-- All values of the named request headers, in the form the HTTP client expects.
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

local function request_verification(txn)
  local headers = copied(txn.http:req_get_headers(), { "authorization", "user-agent", "x-request-id", "x-forwarded-for" })
  local client = core.httpclient()
  return client:get({ url = URL, dst = SOCKET, headers = headers, timeout = TIMEOUT_MILLIS })
end

-- The first value of a response header.
local function first(response, name)
  local values = response.headers and response.headers[name]
  return values and values[0]
end

local function reject(txn, response)
  local reply = txn:reply({ status = response.status, reason = REASONS[response.status], body = response.body or "" })
  for _, name in ipairs(REJECTION_HEADERS) do
    local value = first(response, name)
    if value then
      reply:add_header(name, value)
    end
  end
  txn:done(reply)
end

local function unavailable(txn, response)
  local reply = txn:reply({ status = 503, reason = "Service Unavailable", body = UNAVAILABLE })
  reply:add_header("content-type", "application/problem+json")
  reply:add_header("cache-control", "no-store")
  reply:add_header("retry-after", response and first(response, "retry-after") or "5")
  txn:done(reply)
end

local function verify(txn)
  local ok, response = pcall(request_verification, txn)
  if not ok or not response then
    return unavailable(txn)
  end
  local user = first(response, "x-neuralbox-user-id")
  if response.status == 200 and user and user:match("^%d+$") then
    for name, variable in pairs(VARIABLES) do
      local value = first(response, name)
      if value then
        txn:set_var(variable, value)
      end
    end
    -- Set last: haproxy.cfg admits the request if this variable exists.
    txn:set_var("txn.neuralbox_user_id", user)
  elseif REASONS[response.status] then
    reject(txn, response)
  else
    unavailable(txn, response)
  end
end

core.register_action("neuralbox_verify", { "http-req" }, verify, 0)
