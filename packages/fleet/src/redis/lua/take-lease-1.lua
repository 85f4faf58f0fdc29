-- Takes or renews a lease by the clock of Redis. The fencing token rises with every new holder and never falls.
-- KEYS 1: lease hash (holder, until in epoch ms, fence)
-- ARGV 1: holder, 2: length in ms
-- Returns the fencing token when ARGV 1 now holds the lease, else 0.
local lease = redis.call('HMGET', KEYS[1], 'holder', 'until', 'fence')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local fence = tonumber(lease[3] or '0')
if lease[1] ~= ARGV[1] then
  if lease[1] and tonumber(lease[2]) > now then return 0 end
  fence = fence + 1
end
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'until', string.format('%.0f', now + ARGV[2]), 'fence', fence)
return fence
