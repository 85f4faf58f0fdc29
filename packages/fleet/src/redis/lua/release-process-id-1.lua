-- Frees the id of a process if it is still the holder's.
-- KEYS 1: holder of the id
-- ARGV 1: holder
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
