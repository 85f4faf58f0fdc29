-- Writes again what a driver hash must hold about a connected driver, after the hash was lost. Fields that were written since stay.
-- KEYS 1: driver hash
-- ARGV 1: connection epoch, 2: gateway id, 3: status, 4: boots dropped before the list, 5: JSON list of the boots, oldest first
-- Returns 1, or 0 when a newer connection holds the driver: nothing was written.
local known = redis.call('HMGET', KEYS[1], 'epoch', 'boots')
if tonumber(known[1] or '0') > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'gateway', ARGV[2])
redis.call('HSETNX', KEYS[1], 'status', ARGV[3])
local boots = cjson.decode(ARGV[5])
local listed = {}
for _, boot in ipairs(boots) do listed[boot] = true end
for _, boot in ipairs(known[2] and cjson.decode(known[2]) or {}) do
  if not listed[boot] then boots[#boots + 1] = boot end
end
if #boots > 0 then redis.call('HSET', KEYS[1], 'boots', cjson.encode(boots), 'bootBase', ARGV[4]) end
return 1
