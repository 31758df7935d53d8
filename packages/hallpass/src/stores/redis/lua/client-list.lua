-- KEYS[1]: the accounts, whose slot holds the clients. Oldest first.
local listed = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1] .. ':clients', 0, -1)) do
  listed[#listed + 1] = redis.call('HMGET', KEYS[1] .. ':client:' .. id, 'createdAt', 'version', 'record')
end
return listed
