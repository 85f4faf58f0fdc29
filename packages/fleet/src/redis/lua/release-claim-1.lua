-- Frees a driver from an offer, if it is still the one that holds him.
-- KEYS 1: driver hash
-- ARGV 1: offer id
-- Returns 1 when it was, else 0.
if redis.call('HGET', KEYS[1], 'claimOffer') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'claimOffer', 'claimUntil')
return 1
