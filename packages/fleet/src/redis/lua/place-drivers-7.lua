-- Writes the newest position and status of drivers into the live index, each only if no newer connection of the driver is known.
-- A driver is in the sets of one status at most; `offline` is in none. Without a position the driver is only removed from the sets.
-- KEYS 1: conn, 2: live, 3: warmed-at, 4–5: geo and polar of available, 6–7: geo and polar of busy
-- ARGV 1: wall ms, then six per driver: id, connection epoch, status, lng ('' beyond GEO's latitudes), lat, value for live ('' if no
--      position)
-- Returns the ids whose connection was replaced.
local now = ARGV[1]
local ids = {}
for i = 2, #ARGV, 6 do ids[#ids + 1] = ARGV[i] end
local epochs = redis.call('HMGET', KEYS[1], unpack(ids))

local replaced = {}
local raised = {}
local values = {}
-- Per key: members to add with their scores, members to remove.
local add = {}
local remove = {}
for key = 4, 7 do add[key] = {}; remove[key] = {} end

local function place(first, id, lng, lat)
  if lng ~= '' then
    local list = add[first]
    list[#list + 1] = lng; list[#list + 1] = lat; list[#list + 1] = id
    table.insert(remove[first + 1], id)
  else
    local list = add[first + 1]
    list[#list + 1] = lat; list[#list + 1] = id
    table.insert(remove[first], id)
  end
end

local function leave(first, id)
  table.insert(remove[first], id)
  table.insert(remove[first + 1], id)
end

for n, id in ipairs(ids) do
  local i = 2 + (n - 1) * 6
  local epoch, status, lng, lat, value = unpack(ARGV, i + 1, i + 5)
  local known = tonumber(epochs[n] or '0')
  if known > tonumber(epoch) then
    replaced[#replaced + 1] = id
  else
    if known < tonumber(epoch) then raised[#raised + 1] = id; raised[#raised + 1] = epoch end
    if value ~= '' then values[#values + 1] = id; values[#values + 1] = value end
    if status == 'available' and value ~= '' then place(4, id, lng, lat) else leave(4, id) end
    if status == 'busy' and value ~= '' then place(6, id, lng, lat) else leave(6, id) end
  end
end

for first = 4, 6, 2 do
  for key = first, first + 1 do
    if #remove[key] > 0 then redis.call('ZREM', KEYS[key], unpack(remove[key])) end
  end
  if #add[first] > 0 then redis.call('GEOADD', KEYS[first], unpack(add[first])) end
  if #add[first + 1] > 0 then redis.call('ZADD', KEYS[first + 1], unpack(add[first + 1])) end
end
if #values > 0 then
  redis.call('HSET', KEYS[2], unpack(values))
  redis.call('SET', KEYS[3], now, 'NX')
end
if #raised > 0 then redis.call('HSET', KEYS[1], unpack(raised)) end
return replaced
