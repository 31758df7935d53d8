-- The sessions of a subject that are alive, as stored, newest first and at most so many. What will never be listed again
-- leaves the list on the way.
local function live_sessions(subject, most)
  local list = KEYS[1] .. ':sessions:' .. subject
  local version, deployment = counters_of(subject), deployment_version()
  local live = {}
  repeat
    local ids = redis.call('ZREVRANGE', list, #live, #live + 99)
    for _, id in ipairs(ids) do
      local stored = redis.call('HMGET', session_key(id), 'deploymentVersion',
        'record', 'version', 'subjectVersion', 'lastSeenAt', 'idleExpiresAt', 'confirmedGeneration')
      if not stored[1] or tonumber(stored[1]) < deployment or tonumber(stored[4]) < version then
        redis.call('ZREM', list, id)
      else
        live[#live + 1] = { unpack(stored, 2) }
        if #live == most then
          return live
        end
      end
    end
  until #ids == 0
  return live
end
