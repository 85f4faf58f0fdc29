-- Records that a notification of a user was stored: who looked before does not know it. When it is the user's only one, the mark names it, so
-- that its acknowledgement needs no look.
-- KEYS 1: the user's mark
-- ARGV 1: id of the notification, 2: a value that no mark had before, 3: TTL in seconds
local mark, one = redis.call('GET', KEYS[1]), 'one:' .. ARGV[1]
if mark ~= 'none' and mark ~= one then one = 'many:' .. ARGV[2] end
redis.call('SET', KEYS[1], one, 'EX', ARGV[3])
return one
