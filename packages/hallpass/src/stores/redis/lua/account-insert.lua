-- KEYS[1]: the accounts. ARGV: id, email, version, record.
local id, email, version, record = unpack(ARGV)
local key = KEYS[1] .. ':account:' .. id
if redis.call('EXISTS', key) == 1 or redis.call('HSETNX', KEYS[1] .. ':emails', email, id) == 0 then
  return 'taken'
end
-- The emails in the order of their bytes.
redis.call('ZADD', KEYS[1] .. ':directory', 0, email)
redis.call('HSET', key, 'email', email, 'version', version, 'record', record)
return 'inserted'
