-- Stores which trip a driver is on and which one comes after it, if neither has changed since the caller read them: `tripRev` counts the
-- changes, so that of two relays the one that read MongoDB last wins. Writing what is stored again is not a change.
-- `queued` is "<tripRev>:<trip id or nothing>": a process of an older release changes `trip` alone, and its tripRev makes `queued` void.
-- KEYS 1: driver hash
-- ARGV 1: tripRev that the caller read ('' when none), 2: trip id or '' for none, 3: id of the queued trip or '', 4: TTL in seconds
-- Returns {1 when the hash now holds these trips else 0, gateway or '', tripRev}.
local fields = redis.call('HMGET', KEYS[1], 'tripRev', 'trip', 'gateway', 'queued')
local rev, gateway = fields[1] or '', fields[3] or ''
if (fields[2] or '') == ARGV[2] and fields[4] == rev .. ':' .. ARGV[3] then return {1, gateway, tonumber(rev)} end
if rev ~= ARGV[1] then return {0, '', 0} end
local after = redis.call('HINCRBY', KEYS[1], 'tripRev', 1)
if ARGV[2] == '' then redis.call('HDEL', KEYS[1], 'trip') else redis.call('HSET', KEYS[1], 'trip', ARGV[2]) end
redis.call('HSET', KEYS[1], 'queued', string.format('%.0f:%s', after, ARGV[3]))
redis.call('EXPIRE', KEYS[1], ARGV[4])
return {1, gateway, after}
