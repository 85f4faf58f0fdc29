-- Appends a position to a trip's log and publishes it on the trip's channel.
-- The stream's ids are <epoch>-<pos>. A log that is absent, or shorter than its writer remembers (its server lost data), begins a new epoch,
-- so that {epoch, pos} never stands for two positions.
-- KEYS 1: trip hash, 2: positions stream, 3: trip's channel
-- ARGV 1: driver id, 2: JSON [driverId, lat, lng, speed, heading, t, receivedAt, bootIndex, seq], 3–4: epoch and pos that the writer saw last,
--      5: positions kept, 6: TTL in seconds, 7–8: boot index and seq
-- Returns pos when the epoch is the one that the writer saw, {epoch, pos} when it is another one; pos is negative when no gateway listens to the
-- channel. Returns nil when the trip has ended, has another driver or loses this one, or the log already has this or a newer fix of this driver.
local fields = redis.call('HMGET', KEYS[1], 'endedAt', 'driver', 'stop', 'version')
if fields[1] and fields[1] ~= '' then return nil end
-- The process that ended the trip, or took it from its driver, was here before the relay.
if fields[3] and tonumber(fields[3]) > tonumber(fields[4] or '0') then return nil end
if fields[2] and fields[2] ~= '' then
  local driver = cjson.decode(fields[2])
  -- 'null': the trip has no driver now; who had it before must not be shown to the rider any more.
  if type(driver) ~= 'table' or driver.id ~= ARGV[1] then return nil end
end
local epoch, pos = 0, 0
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
if last then
  local e, p = string.match(last[1], '^(%d+)-(%d+)$')
  epoch, pos = tonumber(e), tonumber(p)
  local body = cjson.decode(last[2][2])
  if body[1] == ARGV[1] and type(body[8]) == 'number' then
    local boot, seq = tonumber(ARGV[7]), tonumber(ARGV[8])
    if body[8] > boot or (body[8] == boot and body[9] >= seq) then return nil end
  end
end
local knownEpoch, knownPos = tonumber(ARGV[3]), tonumber(ARGV[4])
if epoch == 0 or knownEpoch > epoch or (knownEpoch == epoch and knownPos > pos) then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  epoch, pos = math.max(now, epoch + 1, knownEpoch + 1), 0
  redis.call('DEL', KEYS[2])
end
pos = pos + 1
local id = string.format('%.0f-%.0f', epoch, pos)
redis.call('XADD', KEYS[2], 'MAXLEN', '=', ARGV[5], id, 'p', ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[6])
-- Followers receive the same without the two numbers that only order the log.
local body = string.match(ARGV[2], '^%[(.*),%d+,%d+%]$')
local listening = redis.call('SPUBLISH', KEYS[3], string.format('[%.0f,%.0f,%s]', epoch, pos, body))
if listening == 0 then pos = -pos end
if epoch == knownEpoch then return pos end
return {epoch, pos}
