-- KEYS[1]: the accounts, whose slot holds the clients. ARGV: id, the version that was read, record.
local id, version, record = unpack(ARGV)
local key = KEYS[1] .. ':client:' .. id
if redis.call('HGET', key, 'version') ~= version then
  return 'conflict'
end
redis.call('HSET', key, 'version', digits(version + 1), 'record', record)
return 'replaced'
