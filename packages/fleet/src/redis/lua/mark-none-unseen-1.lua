-- Records that a user has nothing unacknowledged, unless a notification was stored since the caller looked.
-- KEYS 1: the user's mark
-- ARGV 1: the mark as the caller read it before it looked, empty when there was none, 2: TTL in seconds
-- Returns 1 when it was recorded, else 0.
local mark = redis.call('GET', KEYS[1]) or ''
if mark ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], 'none', 'EX', ARGV[2])
return 1
