-- Says that a member is alive and counts those who are, by Redis' own clock: a node whose clock is wrong counts like any other.
-- KEYS[1] zset of members, score: ms of their last word · ARGV[1] member · ARGV[2] ms after which a silent one is gone
-- Returns how many there are.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - tonumber(ARGV[2])))
return redis.call('ZCARD', KEYS[1])
