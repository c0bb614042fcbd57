-- Acknowledges and deletes entries that need no other change.
--
-- KEYS  the stream
-- ARGV  group, the ids
--
-- Returns how many were still there.

redis.call('XACK', KEYS[1], ARGV[1], unpack(ARGV, 2))
return redis.call('XDEL', KEYS[1], unpack(ARGV, 2))
