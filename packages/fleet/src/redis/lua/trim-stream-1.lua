-- Trims a stream behind all of its registered groups: to the least of every group's first pending entry, else of the id after its last
-- delivered entry. An entry that a group has not acknowledged is never removed, and nothing is removed while a group is missing.
-- KEYS 1: stream
-- ARGV: names of the registered groups
-- Returns {trimmed, length, then pending and lag of each group, -1 where unknown}; trimmed is -1 when a group is missing.
local groups = {}
for _, name in ipairs(ARGV) do groups[name] = false end
if redis.call('EXISTS', KEYS[1]) == 0 then return {-1, 0} end
local least = nil
local function parts(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(seq)
end
local function lower(a, b)
  local aMs, aSeq = parts(a)
  local bMs, bSeq = parts(b)
  if aMs ~= bMs then return aMs < bMs end
  return aSeq < bSeq
end
local answer = {}
for _, flat in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local group = {}
  for i = 1, #flat, 2 do group[flat[i]] = flat[i + 1] end
  if groups[group['name']] ~= nil then
    local ms, seq = string.match(group['last-delivered-id'], '^(%d+)-(%d+)$')
    -- The id after the last delivered one; only its seq is added to, so that the ms part never passes through a float.
    local floor = ms .. '-' .. string.format('%.0f', tonumber(seq) + 1)
    if group['pending'] > 0 then
      local first = redis.call('XPENDING', KEYS[1], group['name'])[2]
      if lower(first, floor) then floor = first end
    end
    if least == nil or lower(floor, least) then least = floor end
    groups[group['name']] = {group['pending'], group['lag'] or -1}
  end
end
local trimmed = -1
local complete = true
for _, name in ipairs(ARGV) do if not groups[name] then complete = false end end
if complete and least ~= nil then trimmed = redis.call('XTRIM', KEYS[1], 'MINID', '=', least) end
answer = {trimmed, redis.call('XLEN', KEYS[1])}
for _, name in ipairs(ARGV) do
  local counts = groups[name] or {-1, -1}
  for _, value in ipairs(counts) do answer[#answer + 1] = value end
end
return answer
