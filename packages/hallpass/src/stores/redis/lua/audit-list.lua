-- KEYS[1]: the audit. ARGV: what the key of the list ends with, where the page begins (of the form of ZREVRANGEBYLEX), how
-- many at most. Answers the lines of each record, newest first.
local ending, from, limit = unpack(ARGV)
local records = {}
for number, place in ipairs(redis.call('ZREVRANGEBYLEX', KEYS[1] .. ending, from, '-', 'LIMIT', 0, limit)) do
  records[number] = redis.call('HGET', KEYS[1] .. ':records', string.sub(place, 21))
end
return records
