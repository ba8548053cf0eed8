-- The load: one request a line of a file, in order, over and over. Every request is written out before the load begins.
--   arguments: shape, file, address of the caller (as a proxy forwards it)
local forwarded

local function with_caller(headers)
  headers["X-Forwarded-For"] = forwarded
  return headers
end

local shapes = {
  plain = function() return wrk.format("GET") end,
  key = function(key) return wrk.format("GET", nil, { ["Authorization"] = "Bearer " .. key }) end,
  login = function(body) return wrk.format("POST", nil, with_caller({ ["Content-Type"] = "application/json" }), body) end,
  cookie = function(token) return wrk.format("POST", nil, with_caller({ ["Cookie"] = "nb_refresh=" .. token }), "") end,
}
local requests, count, at = {}, 0, 0

function init(args)
  local shape = shapes[args[1]]
  forwarded = args[3]
  if args[2] then
    for line in io.lines(args[2]) do
      count = count + 1
      requests[count] = shape(line)
    end
  else
    count, requests[1] = 1, shape()
  end
end

function request()
  at = at % count + 1
  return requests[at]
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("\nSLICE %d %d %d %d %d %d\n", summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50), latency:percentile(99)))
end
