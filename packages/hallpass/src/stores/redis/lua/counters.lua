-- Keys: KEYS[1] begins every key of a subject's slot. On a single server, where the log can be reached in the same step,
-- KEYS[2] begins those of the log. On a cluster, KEYS[2] is the key that never exists (see connection.ts).
-- ARGV[1]: on a cluster, the deployment version as it was read just before.
local log_slot = KEYS[2] ~= KEYS[1] .. ':never' and KEYS[2] or nil

-- Subjects are spelt as JSON, so that nobody (null) is none of them.
local nobody = 'null'

local function counters_of(subject)
  if subject == nobody then
    return 0, 0
  end
  local found = redis.call('HMGET', KEYS[1] .. ':subject:' .. subject, 'version', 'changes')
  return tonumber(found[1] or 0), tonumber(found[2] or 0)
end

local function deployment_version()
  if log_slot then
    return tonumber(redis.call('GET', log_slot .. ':deployment') or 0)
  end
  return tonumber(ARGV[1])
end
