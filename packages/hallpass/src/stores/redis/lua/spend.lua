-- KEYS[1]: the accounts, whose slot holds what was spent. ARGV: the value, when it ends, the moment. The clock is the
-- callers': a key that expires would go by that of the server.
local value, ends, moment = unpack(ARGV)
local spent = KEYS[1] .. ':spent'
local stored = redis.call('ZSCORE', spent, value)
if stored and tonumber(stored) > tonumber(moment) then
  return 'spent'
end
redis.call('ZADD', spent, ends, value)
-- What has ended leaves on the way, a few at a time.
for _, ended in ipairs(redis.call('ZRANGEBYSCORE', spent, '-inf', moment, 'LIMIT', 0, 100)) do
  redis.call('ZREM', spent, ended)
end
return 'fresh'
