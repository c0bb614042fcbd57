-- Takes over entries that their consumer has not touched for long, and tells how often each was delivered.
--
-- KEYS  the stream
-- ARGV  group, consumer, idle time in milliseconds, the most entries to take
--
-- Returns token, kind, id and deliveries of each, one after the other.

local taken, cursor = {}, '0-0'
repeat
  local answer = redis.call('XAUTOCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], cursor, 'COUNT', ARGV[4])
  cursor = answer[1]
  for _, entry in ipairs(answer[2]) do
    local fields = {}
    for at = 1, #entry[2], 2 do fields[entry[2][at]] = entry[2][at + 1] end
    local pending = redis.call('XPENDING', KEYS[1], ARGV[1], entry[1], entry[1], 1)
    table.insert(taken, entry[1])
    table.insert(taken, fields.kind)
    table.insert(taken, fields.id)
    table.insert(taken, pending[1][4])
  end
until #taken > 0 or cursor == '0-0'
return taken
