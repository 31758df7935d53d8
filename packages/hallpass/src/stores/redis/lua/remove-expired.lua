-- KEYS: the slots. ARGV[1]: the moment. ARGV[2]: how many at most. Answers how many.
local removed, limit = 0, tonumber(ARGV[2])
for _, slot in ipairs(KEYS) do
  local ids = redis.call('ZRANGEBYSCORE', slot .. ':expiry', '-inf', '(' .. ARGV[1], 'LIMIT', 0, limit - removed)
  for _, id in ipairs(ids) do
    erase(slot, id)
  end
  removed = removed + #ids
end
return removed
