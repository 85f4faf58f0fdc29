-- Removes the connection epochs of drivers who are gone. One that has changed since it was read, or whose driver has a live position, stays:
-- the driver is back.
-- KEYS 1: conn, 2: live
-- ARGV: driver id and the epoch that was read, of each
-- Returns the number of epochs removed.
local removed = 0
for i = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] and redis.call('HEXISTS', KEYS[2], ARGV[i]) == 0 then
    removed = removed + redis.call('HDEL', KEYS[1], ARGV[i])
  end
end
return removed
