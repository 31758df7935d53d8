-- KEYS[1]: the log. ARGV[7]: a name for the log, if it begins now. ARGV[8] to ARGV[15]: incarnation, mark, renewal,
-- lease, last known good, deployment, protocol, retention. ARGV[16], ARGV[17]: the position to read from ('' for none).
local log = KEYS[1]
local incarnation, mark, renewal, lease, beyond, deployment, protocol, retention = unpack(ARGV, 8, 15)
local after, after_id = ARGV[16], ARGV[17]
head_of(log, entry.fresh)

local terms = redis.call('HMGET', log .. ':meta', 'deployment', 'protocol', 'retention')
if not terms[1] then
  redis.call('HSET', log .. ':meta', 'deployment', deployment, 'protocol', protocol, 'retention', retention)
  terms = { deployment, protocol, retention }
end
if terms[1] == deployment and terms[2] == protocol then
  if tonumber(terms[3]) < tonumber(retention) then
    redis.call('HSET', log .. ':meta', 'retention', retention)
  end
  -- A row: how far it has acknowledged, its latest renewal, its lease, its last known good, its mark.
  local row = redis.call('HGET', log .. ':members', incarnation)
  local acknowledged, latest = string.match(row or '0 -1', '^(%S+) (%S+)')
  if tonumber(latest) < tonumber(renewal) then
    row = table.concat({ acknowledged, renewal, lease, beyond, mark }, ' ')
    redis.call('HSET', log .. ':members', incarnation, row)
  end
end

local held = after ~= '' and is_there(log, after, after_id)
local entries = {}
for _, kept in ipairs(redis.call('XRANGE', log .. ':entries', held and digits(after + 1) .. '-0' or '-', '+')) do
  entries[#entries + 1] = kept[2][6]
end

local seconds, microseconds = unpack(redis.call('TIME'))
local time = seconds * 1000 + math.floor(microseconds / 1000)

-- On a cluster: the attempts that were announced more than a second ago and have not been told yet.
local overdue = {}
local pending = redis.call('HGETALL', log .. ':pending')
for at = 1, #pending, 2 do
  local since, shard, id = string.match(pending[at + 1], '^(%d+) (%S+) (.*)$')
  if time - since > 1000 then
    overdue[#overdue + 1] = { pending[at], shard, id }
  end
end

local meta = redis.call('HMGET', log .. ':meta', 'identity', 'deployment', 'protocol', 'retention', 'start', 'startId')
return { meta, digits(time), held and 1 or 0, entries, overdue }
