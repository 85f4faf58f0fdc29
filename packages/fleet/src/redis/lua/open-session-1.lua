-- Takes a driver over for a new connection.
-- KEYS 1: driver hash
-- ARGV 1: gateway id, 2: least epoch that is taken already
-- Returns {new epoch, gateway before or '', fields and values of the hash}.
local before = redis.call('HMGET', KEYS[1], 'epoch', 'gateway')
local epoch = math.max(tonumber(before[1] or '0'), tonumber(ARGV[2])) + 1
redis.call('HSET', KEYS[1], 'epoch', epoch, 'gateway', ARGV[1])
return {epoch, before[2] or '', redis.call('HGETALL', KEYS[1])}
