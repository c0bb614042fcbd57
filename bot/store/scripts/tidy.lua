-- Removes the consumers of a group that have been idle for long and hold nothing. Looking and removing is one
-- step: a consumer that wakes in between would lose what it was just given.
--
-- KEYS  the stream
-- ARGV  group, idle time in milliseconds
--
-- Returns how many were removed.

local removed = 0
for _, facts in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local consumer = {}
  for at = 1, #facts, 2 do consumer[facts[at]] = facts[at + 1] end
  if consumer.pending == 0 and consumer.idle >= tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
    removed = removed + 1
  end
end
return removed
