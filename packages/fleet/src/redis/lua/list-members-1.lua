-- KEYS 1: hash of the processes that should run
-- Returns the clock of Redis (epoch ms), then id and value of each process.
local time = redis.call('TIME')
local answer = redis.call('HGETALL', KEYS[1])
table.insert(answer, 1, string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)))
return answer
