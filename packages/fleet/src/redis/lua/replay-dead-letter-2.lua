-- Adds a dead letter's entry to its stream and removes the dead letter, in one step: a second call adds nothing.
-- KEYS 1: fix stream, 2: its dead letters
-- ARGV 1: id of the dead letter, 2: entry for the stream
-- Returns 1 when this call replayed it, 0 when the dead letter does not exist.
if redis.call('XDEL', KEYS[2], ARGV[1]) == 0 then return 0 end
redis.call('XADD', KEYS[1], '*', 'e', ARGV[2])
return 1
