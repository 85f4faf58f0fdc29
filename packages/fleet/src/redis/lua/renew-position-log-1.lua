-- Deletes a trip's positions when their newest entries were lost, so that the next position begins a new epoch.
-- KEYS 1: positions stream
-- ARGV 1–2: epoch and pos that were seen in the stream
-- Returns 1 when the stream was deleted, 0 when it reaches that pos or has another epoch.
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if not last then return 0 end
local epoch, pos = string.match(last[1], '^(%d+)-(%d+)$')
if tonumber(epoch) ~= tonumber(ARGV[1]) or tonumber(pos) >= tonumber(ARGV[2]) then return 0 end
redis.call('DEL', KEYS[1])
return 1
