-- Adds ranges of seqs to the durable ranges of one boot of a driver. Field durable:<boot> = JSON {durable, ranges}: every seq up to
-- `durable` is covered, `ranges` are the disjoint ranges above it. Adding twice changes nothing, and the order does not matter.
-- Beyond the longest list the highest ranges are dropped; the phone then sends those fixes again.
-- KEYS 1: driver hash
-- ARGV 1: boot, 2: most ranges kept, 3: JSON list of inclusive ranges to add, 4: TTL in seconds
-- Returns {durable, gateway or ''}; durable is -2 when the driver's boots are known and this one is no longer among them.
local fields = redis.call('HMGET', KEYS[1], 'boots', 'durable:' .. ARGV[1], 'gateway')
local gateway = fields[3] or ''
if fields[1] then
  local known = false
  for _, boot in ipairs(cjson.decode(fields[1])) do if boot == ARGV[1] then known = true end end
  if not known then return {-2, gateway} end
end
local state = fields[2] and cjson.decode(fields[2]) or {durable = -1, ranges = {}}
local all = {}
for _, range in ipairs(state.ranges) do all[#all + 1] = range end
for _, range in ipairs(cjson.decode(ARGV[3])) do all[#all + 1] = range end
table.sort(all, function(a, b) return a[1] < b[1] end)
local durable = state.durable
local merged = {}
for _, range in ipairs(all) do
  local last = merged[#merged]
  if range[1] <= durable + 1 then
    if range[2] > durable then durable = range[2] end
  elseif last and range[1] <= last[2] + 1 then
    if range[2] > last[2] then last[2] = range[2] end
  else
    merged[#merged + 1] = {range[1], range[2]}
  end
end
while #merged > tonumber(ARGV[2]) do table.remove(merged) end
-- cjson encodes an empty table as an object.
local ranges = #merged == 0 and '[]' or cjson.encode(merged)
redis.call('HSET', KEYS[1], 'durable:' .. ARGV[1], '{"durable":' .. string.format('%.0f', durable) .. ',"ranges":' .. ranges .. '}')
redis.call('EXPIRE', KEYS[1], ARGV[4])
return {durable, gateway}
