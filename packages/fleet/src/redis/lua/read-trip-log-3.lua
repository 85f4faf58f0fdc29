-- Reads a trip's hash, its events and its positions after a cursor in one step.
-- KEYS 1: trip hash, 2: events list, 3: positions stream
-- ARGV 1–2: epoch and pos of the cursor
-- Returns {hash as a flat list, events, {first entry}, {newest entry}, entries after the cursor}.
return {
  redis.call('HGETALL', KEYS[1]),
  redis.call('LRANGE', KEYS[2], 0, -1),
  redis.call('XRANGE', KEYS[3], '-', '+', 'COUNT', 1),
  redis.call('XREVRANGE', KEYS[3], '+', '-', 'COUNT', 1),
  redis.call('XRANGE', KEYS[3], '(' .. ARGV[1] .. '-' .. ARGV[2], '+'),
}
