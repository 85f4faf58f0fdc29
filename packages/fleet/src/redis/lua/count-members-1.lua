-- Stores a member's heartbeat and counts the live members, by the clock of Redis: a node whose clock is wrong counts like any other.
-- KEYS 1: zset of members, score: epoch ms of the last heartbeat
-- ARGV 1: member, 2: ms without a heartbeat after which a member is removed
-- Returns the number of members.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - tonumber(ARGV[2])))
return redis.call('ZCARD', KEYS[1])
