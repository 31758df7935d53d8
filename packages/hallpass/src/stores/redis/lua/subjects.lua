-- Where sessions are listed: by subject in `:sessions:<subject>`, newest last, and the subjects that have such a list in
-- `:subjects`, in the order of their bytes: as they are, where other keys have them as JSON.

-- The list is of one deployment version, which is kept beside it. A later one has passed every session of those before, so
-- that whoever comes with the first of its sessions empties the list.
local function listed_deployment(slot)
  return tonumber(redis.call('GET', slot .. ':subjects-deployment') or 0)
end

local function list_subject(slot, subject, deployment)
  local listed = listed_deployment(slot)
  if listed > tonumber(deployment) then
    return
  end
  if listed < tonumber(deployment) then
    redis.call('UNLINK', slot .. ':subjects')
    redis.call('SET', slot .. ':subjects-deployment', deployment)
  end
  redis.call('ZADD', slot .. ':subjects', 0, cjson.decode(subject))
end

local function unlist_subject(slot, subject)
  redis.call('ZREM', slot .. ':subjects', cjson.decode(subject))
end

local function list_session(slot, record, listed)
  local added = redis.call('ZADD', slot .. ':sessions:' .. record.subject, record.createdAt, record.id)
  if added == 1 or not listed then
    list_subject(slot, record.subject, record.deploymentVersion)
  end
end

local function unlist_session(slot, subject, id)
  redis.call('ZREM', slot .. ':sessions:' .. subject, id)
  if redis.call('EXISTS', slot .. ':sessions:' .. subject) == 0 then
    unlist_subject(slot, subject)
  end
end
