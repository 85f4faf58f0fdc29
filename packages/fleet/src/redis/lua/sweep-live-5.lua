-- Removes drivers from the live index whose newest fix is too old. Only saves memory: searches check the age themselves.
-- KEYS 1: live, 2–3: geo and polar of available, 4–5: geo and polar of busy
-- ARGV 1: wall ms; drivers whose fix was received at or before it are removed, 2…: ids of the drivers to check
-- Returns the number of drivers removed.
-- The connection epochs stay: they guard against older connections and must outlive the position.
local cutoff = tonumber(ARGV[1])
local removed = 0
for i = 2, #ARGV do
  local id = ARGV[i]
  local value = redis.call('HGET', KEYS[1], id)
  if value and cjson.decode(value)[6] <= cutoff then
    for key = 2, 5 do redis.call('ZREM', KEYS[key], id) end
    removed = removed + redis.call('HDEL', KEYS[1], id)
  end
end
return removed
