-- Takes drivers out of the live index who were not heard of for long. Only saves memory: searches look at the time themselves.
-- KEYS 1: live, 2–3: geo and polar of available, 4–5: geo and polar of busy
-- ARGV 1: wall ms; who was heard of at or before it goes, 2…: drivers who are to be looked at
-- Returns the number of drivers that left.
-- The connection epochs are not touched: they guard against older connections and must outlive the position.
local cutoff = tonumber(ARGV[1])
local left = 0
for i = 2, #ARGV do
  local id = ARGV[i]
  local value = redis.call('HGET', KEYS[1], id)
  if value and cjson.decode(value)[6] <= cutoff then
    for key = 2, 5 do redis.call('ZREM', KEYS[key], id) end
    left = left + redis.call('HDEL', KEYS[1], id)
  end
end
return left
