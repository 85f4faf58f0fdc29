-- Marks a process as stopped in order. Its work stays known, so that health can tell when nobody does it any more.
-- KEYS 1: hash of the processes that should run, id -> "<epoch ms> <comma-separated work>[ stopped]"
-- ARGV 1: process id, 2: its work
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now) .. ' ' .. ARGV[2] .. ' stopped')
return 1
