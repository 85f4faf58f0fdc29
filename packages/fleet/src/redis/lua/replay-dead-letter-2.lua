-- Puts a dead letter back into its stream and takes it away, in one step: done twice, it is put back once.
-- KEYS 1: fix stream, 2: its dead letters
-- ARGV 1: id of the letter, 2: entry for the stream
-- Returns 1 when it was put back here, 0 when there is no such letter (any more).
if redis.call('XDEL', KEYS[2], ARGV[1]) == 0 then return 0 end
redis.call('XADD', KEYS[1], '*', 'e', ARGV[2])
return 1
