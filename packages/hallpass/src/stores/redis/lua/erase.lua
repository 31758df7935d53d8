-- A session, and where it is listed.
local function erase(slot, id)
  local subject = redis.call('HGET', slot .. ':session:' .. id, 'subject')
  if subject then
    redis.call('ZREM', slot .. ':sessions:' .. subject, id)
  end
  redis.call('ZREM', slot .. ':expiry', id)
  redis.call('DEL', slot .. ':session:' .. id)
end
