-- KEYS: the slots. ARGV[1]: the moment. Then, for each sighting: which of the slots, the id, when it was seen, its new
-- idle end, and the generation that was seen ('' for none).
local function touch(key, seen, idle, generation)
  local now = tonumber(ARGV[1])
  local stored = redis.call('HMGET', key, 'ended', 'lastSeenAt', 'idleExpiresAt', 'absoluteExpiresAt',
    'generation', 'confirmedGeneration')
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
  end
end

for at = 2, #ARGV, 5 do
  touch(KEYS[tonumber(ARGV[at])] .. ':session:' .. ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4])
end
