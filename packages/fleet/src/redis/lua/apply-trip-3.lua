-- Writes a trip as read from MongoDB into its log: snapshot and newest state events, oldest first. Applying the same version again changes
-- nothing that followers see; an older version is refused.
-- KEYS 1: trip hash, 2: events list, 3: positions stream
-- ARGV 1: TTL in seconds, 2: version, 3: number of snapshot fields, then field and value of each, then the events (JSON, oldest first)
-- Returns 1 when the trip was written, 0 when the log is newer.
local known = tonumber(redis.call('HGET', KEYS[1], 'version') or '0')
if known > tonumber(ARGV[2]) then return 0 end
local at = 4
for _ = 1, tonumber(ARGV[3]) do
  redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1])
  at = at + 2
end
redis.call('DEL', KEYS[2])
for i = at, #ARGV do redis.call('RPUSH', KEYS[2], ARGV[i]) end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[1]) end
return 1
