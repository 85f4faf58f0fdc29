-- KEYS 1: hash of a trip's watchers, gateway -> "<epoch ms> <number> <JSON>"
-- ARGV 1: ms after which the entry of a silent gateway does not count
-- Returns the number of sockets, then the JSON of each gateway.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local answer = {0}
local entries = redis.call('HGETALL', KEYS[1])
for i = 2, #entries, 2 do
  local at, number, body = string.match(entries[i], '^(%d+) (%d+) (.*)$')
  if now - tonumber(at) <= tonumber(ARGV[1]) then
    answer[1] = answer[1] + tonumber(number)
    answer[#answer + 1] = body
  end
end
return answer
