-- For an attempt that was announced and not told. KEYS[1]: the slot of the change. ARGV: the attempt, the id of its entry.
-- Answers the entry; where there is none, the attempt has not succeeded, and from here on it cannot.
local attempt, id = unpack(ARGV)
local left = redis.call('HGET', KEYS[1] .. ':outbox', id)
if not left then
  redis.call('SET', KEYS[1] .. ':fence:' .. attempt, '1', 'PX', 3600000)
end
return left
