-- Moves the end of the chain of seals: writes new seals, or removes entries that stand elsewhere now.
--
-- KEYS  the chain's document, stream audit, stream seals
-- ARGV  the prefix the document must begin with ("" means it must not exist), its new text, how many seals follow;
--       then id, number and seal of each; then the ids to remove
--
-- Returns 1, or 0 if the document has changed: then nothing was written. So of two sealers at once only one writes.

local call = redis.call
local prefix, seals = ARGV[1], tonumber(ARGV[3])

if call('GETRANGE', KEYS[1], 0, math.max(#prefix - 1, 0)) ~= prefix then return 0 end

call('SET', KEYS[1], ARGV[2])
for at = 4, 3 * seals + 3, 3 do
  call('XADD', KEYS[3], ARGV[at], 'number', ARGV[at + 1], 'seal', ARGV[at + 2])
end
for at = 3 * seals + 4, #ARGV do
  call('XDEL', KEYS[2], ARGV[at])
  call('XDEL', KEYS[3], ARGV[at])
end
return 1
