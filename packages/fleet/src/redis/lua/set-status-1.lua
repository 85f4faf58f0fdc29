-- Stores the status that a driver chose, unless a newer connection holds the driver. A lost hash gets its epoch back.
-- KEYS 1: driver hash
-- ARGV 1: connection epoch, 2: status, 3: vehicle id or '', 4: TTL in seconds
-- Returns 1 when written, 0 when the connection was replaced.
local known = tonumber(redis.call('HGET', KEYS[1], 'epoch') or '0')
if known > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'status', ARGV[2])
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'vehicle', ARGV[3]) end
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
