-- Claims or renews the id of a process.
-- KEYS 1: holder of the id
-- ARGV 1: holder, 2: length in ms, 3: a holder that is known to be dead, or ''
-- Returns who holds the id now.
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] and holder ~= ARGV[3] then return holder end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]
