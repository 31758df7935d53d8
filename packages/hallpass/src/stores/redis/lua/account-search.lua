-- KEYS[1]: the accounts. ARGV: where the page begins (of the form of ZRANGEBYLEX), the prefix, how many at most. Answers
-- how many emails the directory lacks, and the page of it.
local from, prefix, limit = unpack(ARGV)
local directory, emails = KEYS[1] .. ':directory', KEYS[1] .. ':emails'
local lacking = redis.call('HLEN', emails) - redis.call('ZCARD', directory)
local found = {}
-- The byte 255 is in no text: this comes after every text with the prefix.
for number, email in ipairs(redis.call('ZRANGEBYLEX', directory, from, '(' .. prefix .. '\255', 'LIMIT', 0, limit)) do
  local id = redis.call('HGET', emails, email)
  found[number] = redis.call('HMGET', KEYS[1] .. ':account:' .. id, 'email', 'version', 'record')
end
return { lacking, found }
