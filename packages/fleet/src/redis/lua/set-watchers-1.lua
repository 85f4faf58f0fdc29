-- Stores which sockets of one gateway follow a trip, by the clock of Redis, and removes the entries of gateways that are gone.
-- KEYS 1: hash of a trip's watchers, gateway -> "<epoch ms> <number> <JSON>"
-- ARGV 1: gateway, 2: number of its sockets, 3: JSON, 4: ms after which the entry of a silent gateway is removed, 5: TTL in ms
-- Returns the number of sockets before and after, by all entries. Those of a gateway that is gone count before: others know that number.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local before, after = 0, tonumber(ARGV[2])
local entries = redis.call('HGETALL', KEYS[1])
for i = 1, #entries, 2 do
  local at, number = string.match(entries[i + 1], '^(%d+) (%d+) ')
  before = before + tonumber(number)
  if entries[i] ~= ARGV[1] then
    if now - tonumber(at) > tonumber(ARGV[4]) then
      redis.call('HDEL', KEYS[1], entries[i])
    else
      after = after + tonumber(number)
    end
  end
end
if ARGV[2] == '0' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now) .. ' ' .. ARGV[2] .. ' ' .. ARGV[3])
end
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return {before, after}
