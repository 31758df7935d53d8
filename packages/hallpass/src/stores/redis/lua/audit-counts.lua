-- KEYS[1]: the audit. ARGV: from when, until when. Answers each minute, and its series and their values by turns.
local counted = {}
for number, minute in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1] .. ':minutes', ARGV[1], '(' .. ARGV[2])) do
  counted[number] = { minute, redis.call('HGETALL', KEYS[1] .. ':minute:' .. minute) }
end
return counted
