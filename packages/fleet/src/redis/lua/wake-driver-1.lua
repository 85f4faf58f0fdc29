-- Counts a wake-up push to a driver who is silent on a trip: one when the silence begins, then after growing waits, up to a number.
-- KEYS 1: hash of the driver's silence: fixAt, count, nextAt
-- ARGV 1: ms of the driver's last fix, '' when it is not known any more, 2: ms now, 3: shortest wait between two pushes in ms, doubled with each
-- push of a silence, 4: most pushes of a silence, 5: TTL in seconds
-- Returns 1 when the driver is to be woken now, else 0.
local known = redis.call('HMGET', KEYS[1], 'fixAt', 'count', 'nextAt')
local count, fixAt = tonumber(known[2] or '0'), known[1] or ''
-- A fix that came since is the end of the silence before.
if ARGV[1] ~= '' and ARGV[1] ~= fixAt then
  count, fixAt = 0, ARGV[1]
end
if tonumber(ARGV[2]) < tonumber(known[3] or '0') or count >= tonumber(ARGV[4]) then return 0 end
local nextAt = tonumber(ARGV[2]) + tonumber(ARGV[3]) * 2 ^ count
redis.call('HSET', KEYS[1], 'fixAt', fixAt, 'count', count + 1, 'nextAt', string.format('%.0f', nextAt))
redis.call('EXPIRE', KEYS[1], ARGV[5])
return 1
