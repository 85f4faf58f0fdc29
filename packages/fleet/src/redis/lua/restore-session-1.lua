-- Writes again what a driver hash must hold about a connected driver, after the hash was lost. Fields that were written since stay. Boots that
-- were registered since are newer, unless the hash lists them before one of the connection's. No boot's index falls.
-- KEYS 1: driver hash
-- ARGV 1: connection epoch, 2: gateway id, 3: status, 4: JSON list of the connection's boots, oldest first, each [boot, index],
--      5: TTL in seconds
-- Returns {1, boots dropped before the list, JSON list of the boots}, or {0} when a newer connection holds the driver: nothing was written.
local known = redis.call('HMGET', KEYS[1], 'epoch', 'boots', 'bootBase')
if tonumber(known[1] or '0') > tonumber(ARGV[1]) then return {0} end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'gateway', ARGV[2])
redis.call('HSETNX', KEYS[1], 'status', ARGV[3])
local given = cjson.decode(ARGV[4])
local stored = known[2] and cjson.decode(known[2]) or {}
local storedBase = tonumber(known[3] or '0')
local index = {}
for _, one in ipairs(given) do index[one[1]] = one[2] end
local lastGiven = 0
for position, boot in ipairs(stored) do if index[boot] then lastGiven = position end end
local boots = {}
for position = 1, lastGiven do
  if not index[stored[position]] then boots[#boots + 1] = stored[position] end
end
for _, one in ipairs(given) do boots[#boots + 1] = one[1] end
for position = lastGiven + 1, #stored do boots[#boots + 1] = stored[position] end
for position, boot in ipairs(stored) do index[boot] = math.max(index[boot] or 0, storedBase + position) end
local base = 0
for position, boot in ipairs(boots) do base = math.max(base, index[boot] - position) end
redis.call('EXPIRE', KEYS[1], ARGV[5])
if #boots == 0 then return {1, 0, '[]'} end
local list = cjson.encode(boots)
redis.call('HSET', KEYS[1], 'boots', list, 'bootBase', base)
return {1, base, list}
