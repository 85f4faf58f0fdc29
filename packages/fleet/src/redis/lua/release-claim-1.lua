-- Ends the claim of a driver for an offer, if the driver is still held for this offer.
-- KEYS 1: driver hash
-- ARGV 1: offer id
-- Returns 1 when the claim was ended, else 0.
if redis.call('HGET', KEYS[1], 'claimOffer') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'claimOffer', 'claimUntil')
return 1
