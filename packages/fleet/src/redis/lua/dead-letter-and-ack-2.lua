-- Adds the dead letters of one entry and acknowledges the entry, in one step: an entry that is already acknowledged gets no second dead
-- letter.
-- KEYS 1: fix stream, 2: its dead letters
-- ARGV 1: group, 2: entry id, 3: longest dead letters stream (approximately), 4…: one dead letter each (JSON)
-- Returns 1 when this call acknowledged the entry, 0 when it had been acknowledged before.
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
for i = 4, #ARGV do
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], '*', 'e', ARGV[i])
end
return 1
