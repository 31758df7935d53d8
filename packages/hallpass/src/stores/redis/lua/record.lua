-- A session is a hash: its record as JSON, and beside it what scripts compare or change. JSON is never written here:
-- Lua's encoder would round numbers and turn empty arrays into objects.

local columns = {
  'id', 'subject', 'version', 'subjectVersion', 'deploymentVersion', 'createdAt', 'absoluteExpiresAt', 'ended',
  'lastSeenAt', 'idleExpiresAt', 'generation', 'confirmedGeneration', 'record',
}

-- The record that is spread over the arguments, beginning with that one.
local function record_at(first)
  local record = {}
  for index, column in ipairs(columns) do
    record[column] = ARGV[first + index - 1]
  end
  return record
end

local function session_key(id)
  return KEYS[1] .. ':session:' .. id
end

-- `listed`: as the stored record has it. A version that listed no subjects did not write it.
local function write(record, listed)
  local values = {}
  for _, column in ipairs(columns) do
    values[#values + 1] = column
    values[#values + 1] = record[column]
  end
  redis.call('HSET', session_key(record.id), 'listed', '1', unpack(values))
  redis.call('ZADD', KEYS[1] .. ':expiry', record.absoluteExpiresAt, record.id)
  if record.subject == nobody then
    return
  end
  if record.ended == '1' then
    unlist_session(KEYS[1], record.subject, record.id)
  else
    list_session(KEYS[1], record, listed)
  end
end

-- Whether the stored version was still that of `next`, and nothing has passed the stored record.
local function replaced(next)
  local stored = redis.call('HMGET', session_key(next.id), 'version', 'subject', 'subjectVersion', 'deploymentVersion',
    'listed')
  if stored[1] ~= next.version or stored[2] ~= next.subject then
    return false
  end
  if tonumber(stored[3]) < counters_of(next.subject) or tonumber(stored[4]) < deployment_version() then
    return false
  end
  next.version = digits(tonumber(next.version) + 1)
  write(next, stored[5])
  return true
end
