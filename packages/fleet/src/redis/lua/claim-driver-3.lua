-- Holds a driver for one offer: a fast filter before the write to MongoDB. Safety rests on MongoDB's conditional write and unique indexes,
-- never on this claim.
-- KEYS 1: driver hash, 2: the driver's offers that ended without an acceptance (score: ms), 3: riders whose trips they are not offered
-- (score: until, ms)
-- ARGV 1: offer id, 2: length in ms, 3: '1' when the offer is for a trip after the driver's current ride, 4: rider id, 5: most offers of
-- KEYS 2 in the window, 6: length of the window in ms, 7: TTL of the driver hash in seconds
-- Returns {'granted'} when the driver is now held for this offer, else {'held'}, or {'cooling_down' or 'offer_limit', ms to wait}.
local fields = redis.call('HMGET', KEYS[1], 'status', 'trip', 'claimOffer', 'claimUntil')
local queued = ARGV[3] == '1'
if fields[1] == 'offline' then return {'held'} end
if not queued and (fields[1] == 'busy' or fields[2]) then return {'held'} end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if fields[3] and fields[3] ~= ARGV[1] and tonumber(fields[4] or '0') > now then return {'held'} end
local untilMs = tonumber(redis.call('ZSCORE', KEYS[3], ARGV[4]) or '0')
if untilMs > now then return {'cooling_down', untilMs - now} end
local since = now - ARGV[6]
if redis.call('ZCOUNT', KEYS[2], '(' .. string.format('%.0f', since), '+inf') >= tonumber(ARGV[5]) then
  -- The place of the oldest one that counts is free when it leaves the window.
  local oldest = redis.call('ZREVRANGE', KEYS[2], ARGV[5] - 1, ARGV[5] - 1, 'WITHSCORES')
  return {'offer_limit', math.max(1, oldest[2] - since)}
end
redis.call('HSET', KEYS[1], 'claimOffer', ARGV[1], 'claimUntil', string.format('%.0f', now + ARGV[2]))
redis.call('EXPIRE', KEYS[1], ARGV[7])
return {'granted'}
