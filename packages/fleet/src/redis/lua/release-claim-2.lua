-- Ends the claim of a driver for an offer, if the driver is still held for this offer. An offer that ended without an acceptance is counted,
-- once.
-- KEYS 1: driver hash, 2: the driver's offers that ended without an acceptance (score: ms)
-- ARGV 1: offer id, 2: '1' when it ended without an acceptance, 3: length of the window in ms
-- Returns 1 when the claim was ended, else 0.
if ARGV[2] == '1' then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now - ARGV[3]))
  redis.call('ZADD', KEYS[2], 'NX', string.format('%.0f', now), ARGV[1])
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
end
if redis.call('HGET', KEYS[1], 'claimOffer') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'claimOffer', 'claimUntil', 'offer')
return 1
