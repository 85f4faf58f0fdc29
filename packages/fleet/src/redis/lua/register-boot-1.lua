-- Gives a boot of a driver's app its index in the order of first appearance. The oldest boots are dropped with their durable ranges;
-- `bootBase` counts them, so that an index is never given twice.
-- KEYS 1: driver hash
-- ARGV 1: boot, 2: boots kept, 3: highest index that the caller knows: the hash may have been lost, and a new boot must not look older,
--      4: TTL in seconds
-- Returns {index from 1, JSON {durable, ranges} or ''}.
local fields = redis.call('HMGET', KEYS[1], 'boots', 'bootBase', 'durable:' .. ARGV[1])
local boots = fields[1] and cjson.decode(fields[1]) or {}
local base = tonumber(fields[2] or '0')
for position, boot in ipairs(boots) do
  if boot == ARGV[1] then return {base + position, fields[3] or ''} end
end
base = math.max(base, tonumber(ARGV[3]) - #boots)
boots[#boots + 1] = ARGV[1]
while #boots > tonumber(ARGV[2]) do
  redis.call('HDEL', KEYS[1], 'durable:' .. table.remove(boots, 1))
  base = base + 1
end
redis.call('HSET', KEYS[1], 'boots', cjson.encode(boots), 'bootBase', base)
redis.call('EXPIRE', KEYS[1], ARGV[4])
return {base + #boots, fields[3] or ''}
