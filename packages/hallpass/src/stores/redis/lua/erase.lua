-- A session, and where it is listed.
local function erase(slot, id)
  local subject = redis.call('HGET', slot .. ':session:' .. id, 'subject')
  if subject and subject ~= 'null' then
    unlist_session(slot, subject, id)
  end
  redis.call('ZREM', slot .. ':expiry', id)
  redis.call('DEL', slot .. ':session:' .. id)
end
