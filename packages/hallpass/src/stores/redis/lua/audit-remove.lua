-- KEYS[1]: the audit. ARGV: the moment as places begin, the moment as a number, how many records at most. Answers how many.
local place_before, moment, limit = unpack(ARGV)
for _, minute in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1] .. ':minutes', '-inf', '(' .. moment)) do
  redis.call('DEL', KEYS[1] .. ':minute:' .. minute)
  redis.call('ZREM', KEYS[1] .. ':minutes', minute)
end
local places = redis.call('ZRANGEBYLEX', KEYS[1] .. ':all', '-', '(' .. place_before, 'LIMIT', 0, limit)
for _, place in ipairs(places) do
  local id = string.sub(place, 21)
  for _, list in ipairs(lists_of(redis.call('HGET', KEYS[1] .. ':records', id))) do
    redis.call('ZREM', list, place)
  end
  redis.call('HDEL', KEYS[1] .. ':records', id)
end
return #places
