-- ARGV[2]: the id.
local stored = redis.call('HMGET', KEYS[1] .. ':session:' .. ARGV[2],
  'subject', 'record', 'version', 'subjectVersion', 'lastSeenAt', 'idleExpiresAt', 'confirmedGeneration')
local version, changes = counters_of(stored[1] or nobody)
return { deployment_version() or false, version, changes, { unpack(stored, 2) } }
