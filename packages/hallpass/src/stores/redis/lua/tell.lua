-- What a change tells. On a single server it is appended to the log in this very step. On a cluster the log is in
-- another slot: the entry is left in the outbox beside the state, and whoever made the change, or else any instance
-- that renews its lease, carries it over.

local function tell()
  if log_slot then
    append(log_slot)
  elseif entry.id ~= '' then
    redis.call('HSET', KEYS[1] .. ':outbox', entry.id, with(entry.json, ',"counter":' .. entry.counter))
  end
end

-- Whether somebody gave up waiting for this attempt: it must not succeed any more.
local function is_fenced()
  return entry.id ~= '' and not log_slot and redis.call('EXISTS', KEYS[1] .. ':fence:' .. entry.fresh) == 1
end

-- The answer, and what of the entry waits in the outbox: of this attempt, or of an earlier one whose answer was lost.
local function answer(value)
  if log_slot or entry.id == '' then
    return { value, false }
  end
  return { value, redis.call('HGET', KEYS[1] .. ':outbox', entry.id) }
end
