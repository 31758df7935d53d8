-- KEYS[1]: the log. ARGV: the position to cut after.
local log, sequence, id = KEYS[1], unpack(ARGV)
local start = redis.call('HGET', log .. ':meta', 'start')
if not start or tonumber(sequence) <= tonumber(start) or not is_there(log, sequence, id) then
  return
end
for _, kept in ipairs(redis.call('XRANGE', log .. ':entries', '-', sequence .. '-0')) do
  local entry_id, token = kept[2][2], kept[2][4]
  redis.call('HDEL', log .. ':ids', entry_id)
  -- A later entry may revoke the same token.
  local revoked = token ~= '' and redis.call('HGET', log .. ':tokens', token)
  if revoked and tonumber(revoked) <= tonumber(sequence) then
    redis.call('HDEL', log .. ':tokens', token)
  end
end
redis.call('XTRIM', log .. ':entries', 'MINID', digits(sequence + 1) .. '-0')
redis.call('HSET', log .. ':meta', 'start', sequence, 'startId', id)
