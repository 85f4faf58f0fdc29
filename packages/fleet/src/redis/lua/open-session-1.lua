-- Assigns a driver to the gateway of a new connection and raises the connection epoch.
-- KEYS 1: driver hash
-- ARGV 1: gateway id, 2: connection epoch in the live index; the new epoch is above it
-- Returns {new epoch, previous gateway or '', fields and values of the hash}.
local before = redis.call('HMGET', KEYS[1], 'epoch', 'gateway')
local epoch = math.max(tonumber(before[1] or '0'), tonumber(ARGV[2])) + 1
redis.call('HSET', KEYS[1], 'epoch', epoch, 'gateway', ARGV[1])
return {epoch, before[2] or '', redis.call('HGETALL', KEYS[1])}
