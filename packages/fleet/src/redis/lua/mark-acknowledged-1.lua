-- Records that a user has acknowledged the notification that was their only one.
-- KEYS 1: the user's mark
-- ARGV 1: id of the notification, 2: TTL in seconds
-- Returns 1 when the user has none now; 0 when only MongoDB can tell.
if redis.call('GET', KEYS[1]) ~= 'one:' .. ARGV[1] then return 0 end
redis.call('SET', KEYS[1], 'none', 'EX', ARGV[2])
return 1
