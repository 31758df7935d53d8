-- KEYS[1]: the audit. ARGV, for each count: the minute, the series, the value to add.
for at = 1, #ARGV, 3 do
  local minute, series, value = unpack(ARGV, at, at + 2)
  redis.call('ZADD', KEYS[1] .. ':minutes', minute, minute)
  redis.call('HINCRBY', KEYS[1] .. ':minute:' .. minute, series, value)
end
