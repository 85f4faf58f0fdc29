-- Gives locations that a phone's plugin posts, and knows by uuids alone, the seqs of one boot: a uuid that comes again gets its seq again.
-- The set holds the uuids, each with its seq as score, and the boot under score -1.
-- KEYS 1: the driver's uploads
-- ARGV 1: boot to begin with when there is none, 2: uuids kept, 3: TTL in seconds, 4...: uuids, oldest location first
-- Returns {boot, seq, seq, ...}.
local boot = redis.call('ZRANGEBYSCORE', KEYS[1], -1, -1)[1]
if not boot then
  boot = 'boot:' .. ARGV[1]
  redis.call('ZADD', KEYS[1], -1, boot)
end
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local highest = tonumber(last[2])
local answer = {string.sub(boot, 6)}
for index = 4, #ARGV do
  local member = 'uuid:' .. ARGV[index]
  local seq = tonumber(redis.call('ZSCORE', KEYS[1], member))
  if not seq then
    highest = highest + 1
    seq = highest
    redis.call('ZADD', KEYS[1], seq, member)
  end
  answer[#answer + 1] = seq
end
-- Rank 0 is the boot.
local surplus = redis.call('ZCARD', KEYS[1]) - 1 - tonumber(ARGV[2])
if surplus > 0 then redis.call('ZREMRANGEBYRANK', KEYS[1], 1, surplus) end
redis.call('EXPIRE', KEYS[1], ARGV[3])
return answer
