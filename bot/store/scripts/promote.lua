-- Moves what has fallen due to its stream. Taking a member out and appending its entry is one step,
-- so nothing is lost and nothing is promoted twice, however many workers tick.
--
-- KEYS  due, later, stream work, stream outbox, stream dead
-- ARGV  product time, machine time, the most members to move from each
--
-- Returns how many members were moved. A member is "<stream>:<kind>:<id>"; one that is not goes to dead,
-- or it would stand in the way for ever.

local streams = { work = KEYS[3], outbox = KEYS[4] }

local function move(members_key, now, most)
  local members = redis.call('ZRANGEBYSCORE', members_key, '-inf', now, 'LIMIT', 0, most)
  if #members == 0 then return 0 end
  redis.call('ZREM', members_key, unpack(members))
  for _, member in ipairs(members) do
    local stream, kind, id = string.match(member, '^(%l+):([^:]+):(.+)$')
    if stream and streams[stream] then
      redis.call('XADD', streams[stream], '*', 'kind', kind, 'id', id)
    else
      redis.call('XADD', KEYS[5], '*', 'stream', '', 'kind', '', 'id', member, 'tries', '0', 'why', 'not a due member')
    end
  end
  return #members
end

return move(KEYS[1], ARGV[1], ARGV[3]) + move(KEYS[2], ARGV[2], ARGV[3])
