-- KEYS[1]: the accounts. ARGV[1]: how far HSCAN came. Takes some more emails into the directory; answers how far it came.
local cursor, emails = unpack(redis.call('HSCAN', KEYS[1] .. ':emails', ARGV[1], 'COUNT', 1000))
for at = 1, #emails, 2 do
  redis.call('ZADD', KEYS[1] .. ':directory', 0, emails[at])
end
return cursor
