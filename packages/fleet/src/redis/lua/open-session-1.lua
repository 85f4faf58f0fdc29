-- Assigns a driver to the gateway of a new connection and raises the connection epoch. Without an earlier epoch the count begins at the time in
-- ms: after a loss of data a new connection must be newer than one that is still open under the epoch of before.
-- KEYS 1: driver hash
-- ARGV 1: gateway id, 2: connection epoch in the live index; the new epoch is above it, 3: TTL in seconds
-- Returns {new epoch, previous gateway or '', fields and values of the hash}.
local before = redis.call('HMGET', KEYS[1], 'epoch', 'gateway')
local epoch = math.max(tonumber(before[1] or '0'), tonumber(ARGV[2]))
if epoch == 0 then
  local time = redis.call('TIME')
  epoch = time[1] * 1000 + math.floor(time[2] / 1000)
end
epoch = epoch + 1
redis.call('HSET', KEYS[1], 'epoch', string.format('%.0f', epoch), 'gateway', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return {epoch, before[2] or '', redis.call('HGETALL', KEYS[1])}
