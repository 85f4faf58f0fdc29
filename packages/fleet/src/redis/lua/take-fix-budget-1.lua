-- Takes fixes from a driver's budget, or gives some back: a token bucket by the generic cell rate algorithm (ITU-T I.371). The key holds the
-- theoretical arrival time in epoch ms and expires when the bucket is full again. The clock of Redis alone measures.
-- KEYS 1: fix budget of the driver
-- ARGV 1: ms per fix, 2: burst, 3: fewest fixes to take, 4: most; both negative: fixes to give back
-- Returns {fixes taken, 0}, or {0, ms until the fewest are available}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local interval, least = tonumber(ARGV[1]), tonumber(ARGV[3])
local arrival = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0'))
local available = tonumber(ARGV[2]) - math.ceil((arrival - now) / interval)
if available < least then return {0, (least - available) * interval} end
local taken = math.min(available, tonumber(ARGV[4]))
if taken == 0 then return {0, interval} end
arrival = arrival + taken * interval
if arrival <= now then redis.call('DEL', KEYS[1])
else redis.call('SET', KEYS[1], string.format('%.0f', arrival), 'PX', string.format('%.0f', arrival - now)) end
return {taken, 0}
