-- Raises the connection epoch that guards a driver's live state. Never lowers it.
-- KEYS 1: conn, 2: live
-- ARGV 1: driver id, 2: epoch
-- Returns {1, live value or nil} when this is the newest connection, {0} when a newer connection has raised it already.
local known = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if known >= tonumber(ARGV[2]) then return {0} end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return {1, redis.call('HGET', KEYS[2], ARGV[1])}
