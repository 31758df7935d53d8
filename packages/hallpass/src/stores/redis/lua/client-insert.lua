-- KEYS[1]: the accounts, whose slot holds the clients. ARGV: id, when it was made, version, record.
local id, created_at, version, record = unpack(ARGV)
local key = KEYS[1] .. ':client:' .. id
if redis.call('EXISTS', key) == 1 then
  return 'taken'
end
redis.call('HSET', key, 'createdAt', created_at, 'version', version, 'record', record)
redis.call('ZADD', KEYS[1] .. ':clients', created_at, id)
return 'inserted'
