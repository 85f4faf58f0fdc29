-- Takes drivers out of the live index who were not seen for long. Only saves memory: searches look at `seen` themselves.
-- KEYS 1: live, 2–4: geo, polar, seen of available, 5–7: geo, polar, seen of busy
-- ARGV 1: wall ms; who was seen at or before it goes, 2: most drivers of one status, 3…: drivers whose `live` value is to be looked at
-- Returns the number of drivers that left `live`.
-- The connection epochs are not touched: they guard against older connections and must outlive the position.
local cutoff = tonumber(ARGV[1])
local left = 0
local function drop(id)
  local value = redis.call('HGET', KEYS[1], id)
  if not value then return end
  local receivedAt = cjson.decode(value)[6]
  if receivedAt > cutoff then return end
  left = left + redis.call('HDEL', KEYS[1], id)
end
for first = 2, 5, 3 do
  local ids = redis.call('ZRANGEBYSCORE', KEYS[first + 2], '-inf', cutoff, 'LIMIT', 0, ARGV[2])
  for _, id in ipairs(ids) do
    for key = first, first + 2 do redis.call('ZREM', KEYS[key], id) end
    drop(id)
  end
end
for i = 3, #ARGV do drop(ARGV[i]) end
return left
