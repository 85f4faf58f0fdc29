-- The driver is not offered this rider's trips for a while. A cool-down that is longer already stays.
-- KEYS 1: riders whose trips the driver is not offered (score: until, ms)
-- ARGV 1: rider id, 2: length in ms, 3: most riders kept
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
redis.call('ZADD', KEYS[1], 'GT', string.format('%.0f', now + ARGV[2]), ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -ARGV[3] - 1)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
