-- From this version on the driver whom the log names has lost the trip, or the trip has ended: no more positions until the relay writes the
-- version. A trip that Redis has lost is not created.
-- KEYS 1: trip hash
-- ARGV 1: version
-- Returns 1 when the log has the trip, else 0.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local stop = tonumber(redis.call('HGET', KEYS[1], 'stop') or '0')
if stop < tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], 'stop', ARGV[1]) end
return 1
