-- KEYS[1]: the accounts. ARGV[1]: the email.
local id = redis.call('HGET', KEYS[1] .. ':emails', ARGV[1])
if not id then
  return { false, false, false }
end
return redis.call('HMGET', KEYS[1] .. ':account:' .. id, 'email', 'version', 'record')
