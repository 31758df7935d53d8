-- KEYS: the slots. ARGV[1]: the moment. Then, for each sighting: which of the slots, the id, when it was seen, its new
-- idle end, and the generation that was seen ('' for none).

-- Makes up for a version that listed no subjects.
local function enlist(slot, key)
  local subject, deployment = unpack(redis.call('HMGET', key, 'subject', 'deploymentVersion'))
  if subject ~= 'null' then
    list_subject(slot, subject, deployment)
  end
  redis.call('HSET', key, 'listed', '1')
end

local function touch(slot, id, seen, idle, generation)
  local key, now = slot .. ':session:' .. id, tonumber(ARGV[1])
  local stored = redis.call('HMGET', key, 'ended', 'lastSeenAt', 'idleExpiresAt', 'absoluteExpiresAt',
    'generation', 'confirmedGeneration', 'listed')
  local last, ends, absolute, confirmed =
    tonumber(stored[2]), tonumber(stored[3]), tonumber(stored[4]), tonumber(stored[6])
  if stored[1] ~= '0' or ends <= now or absolute <= now then
    return
  end
  local seen_at = math.max(last, tonumber(seen))
  local idle_ends = math.max(ends, math.min(tonumber(idle), absolute))
  local holds = generation == stored[5] and math.max(confirmed, tonumber(generation)) or confirmed
  if seen_at > last or idle_ends > ends or holds > confirmed then
    redis.call('HSET', key, 'lastSeenAt', digits(seen_at), 'idleExpiresAt', digits(idle_ends),
      'confirmedGeneration', digits(holds))
    redis.call('HINCRBY', key, 'version', 1)
    if not stored[7] then
      enlist(slot, key)
    end
  end
end

for at = 2, #ARGV, 5 do
  touch(KEYS[tonumber(ARGV[at])], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4])
end
