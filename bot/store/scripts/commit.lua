-- Applies a list of changes, all or nothing: first every check, then every write.
--
-- KEYS  every key that is touched, once each
-- ARGV  operations, one after the other; <key> is an index into KEYS
--   checks, before all writes
--     o <key>                          the once token must be unused
--     c <key> <most>               the counter must be below <most>
--     v <key> <prefix>                 the document must begin with <prefix> ("<version>\n"); "" means it must not exist
--   writes
--     n <key> <ms>                     count one more; a new counter is forgotten after <ms>
--     s <key> <ms> <text>              set; ms "" keeps the lifetime there is, or sets none
--     d <key>                          delete
--     z <key> <score> <member>         add to a sorted set
--     r <key> <member>                 remove from a sorted set
--     f <key> <group> <id>             acknowledge and delete a stream entry
--     x <key> <n> <field, value ...>   append an entry of n words to a stream
--
-- Returns 0, or the index of the key whose check failed: then nothing was written.
-- Documents are compared by their prefix and never decoded: cjson would change them.

local call = redis.call
local at, last = 1, #ARGV

while at <= last do
  local op, key = ARGV[at], tonumber(ARGV[at + 1])
  if op == 'v' then
    local prefix = ARGV[at + 2]
    if call('GETRANGE', KEYS[key], 0, math.max(#prefix - 1, 0)) ~= prefix then return key end
    at = at + 3
  elseif op == 'c' then
    if tonumber(call('GET', KEYS[key]) or 0) >= tonumber(ARGV[at + 2]) then return key end
    at = at + 3
  elseif op == 'o' then
    if call('EXISTS', KEYS[key]) == 1 then return key end
    at = at + 2
  else
    break
  end
end

while at <= last do
  local op, key = ARGV[at], KEYS[tonumber(ARGV[at + 1])]
  if op == 's' then
    if ARGV[at + 2] == '' then
      call('SET', key, ARGV[at + 3], 'KEEPTTL')
    else
      call('SET', key, ARGV[at + 3], 'PX', ARGV[at + 2])
    end
    at = at + 4
  elseif op == 'n' then
    if call('INCR', key) == 1 then call('PEXPIRE', key, ARGV[at + 2]) end
    at = at + 3
  elseif op == 'x' then
    local words = tonumber(ARGV[at + 2])
    call('XADD', key, '*', unpack(ARGV, at + 3, at + 2 + words))
    at = at + 3 + words
  elseif op == 'z' then
    call('ZADD', key, ARGV[at + 2], ARGV[at + 3])
    at = at + 4
  elseif op == 'r' then
    call('ZREM', key, ARGV[at + 2])
    at = at + 3
  elseif op == 'f' then
    call('XACK', key, ARGV[at + 2], ARGV[at + 3])
    call('XDEL', key, ARGV[at + 3])
    at = at + 4
  else
    call('DEL', key)
    at = at + 2
  end
end

return 0
