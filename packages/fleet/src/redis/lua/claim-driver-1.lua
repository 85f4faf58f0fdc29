-- Holds a driver for one offer: a fast filter before the write to MongoDB. Safety rests on MongoDB's conditional write and unique indexes,
-- never on this claim.
-- KEYS 1: driver hash
-- ARGV 1: offer id, 2: length in ms, 3: '1' when the offer is for a trip after the driver's current ride,
--      4: TTL in seconds
-- Returns 1 when the driver is now held for this offer, else 0.
local fields = redis.call('HMGET', KEYS[1], 'status', 'trip', 'claimOffer', 'claimUntil')
local queued = ARGV[3] == '1'
if fields[1] == 'offline' then return 0 end
if not queued and (fields[1] == 'busy' or fields[2]) then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if fields[3] and fields[3] ~= ARGV[1] and tonumber(fields[4] or '0') > now then return 0 end
redis.call('HSET', KEYS[1], 'claimOffer', ARGV[1], 'claimUntil', string.format('%.0f', now + ARGV[2]))
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
