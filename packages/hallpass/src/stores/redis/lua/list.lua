-- ARGV[8]: the subject. Newest first. What will never be listed again leaves the index on the way.
local subject = ARGV[8]
local index = KEYS[1] .. ':sessions:' .. subject
local version, deployment = counters_of(subject), deployment_version()
local listed = {}
for _, id in ipairs(redis.call('ZREVRANGE', index, 0, -1)) do
  local stored = redis.call('HMGET', session_key(id), 'deploymentVersion',
    'record', 'version', 'subjectVersion', 'lastSeenAt', 'idleExpiresAt', 'confirmedGeneration')
  if stored[1] and tonumber(stored[1]) >= deployment and tonumber(stored[4]) >= version then
    listed[#listed + 1] = { unpack(stored, 2) }
  else
    redis.call('ZREM', index, id)
  end
end
return answer(listed)
