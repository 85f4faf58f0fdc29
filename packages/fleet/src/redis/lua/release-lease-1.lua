-- Ends a lease if it is still held with this fencing token.
-- KEYS 1: lease hash
-- ARGV 1: holder, 2: fencing token
-- Returns 1 when the lease was ended, else 0.
local lease = redis.call('HMGET', KEYS[1], 'holder', 'fence')
if lease[1] ~= ARGV[1] or lease[2] ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'until', '0')
return 1
