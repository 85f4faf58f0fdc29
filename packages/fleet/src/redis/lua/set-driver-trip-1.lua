-- Stores which trip a driver is on, if it has not changed since the caller read it: `tripRev` counts the changes, so that of two relays
-- the one that read MongoDB last wins. Writing the stored trip again is not a change.
-- KEYS 1: driver hash
-- ARGV 1: tripRev that the caller read ('' when none), 2: trip id or '' for none, 3: TTL in seconds
-- Returns {1 when the hash now holds this trip else 0, gateway or '', tripRev}.
local fields = redis.call('HMGET', KEYS[1], 'tripRev', 'trip', 'gateway')
if (fields[2] or '') == ARGV[2] then return {1, fields[3] or '', tonumber(fields[1] or '0')} end
if (fields[1] or '') ~= ARGV[1] then return {0, '', 0} end
local rev = redis.call('HINCRBY', KEYS[1], 'tripRev', 1)
if ARGV[2] == '' then redis.call('HDEL', KEYS[1], 'trip') else redis.call('HSET', KEYS[1], 'trip', ARGV[2]) end
redis.call('EXPIRE', KEYS[1], ARGV[3])
return {1, fields[3] or '', rev}
