-- Moves what cannot be stored of one entry to the dead letters and acknowledges the entry, in one step: an entry that was
-- acknowledged already leaves no second dead letter.
-- KEYS 1: fix stream, 2: its dead letters
-- ARGV 1: group, 2: entry id, 3: longest dead letters stream (approximately), 4…: one dead letter each (JSON)
-- Returns 1 when the entry was acknowledged here, 0 when it was already.
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
for i = 4, #ARGV do
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], '*', 'e', ARGV[i])
end
return 1
