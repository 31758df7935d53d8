-- Before a change on a cluster. KEYS[1]: the log. ARGV: the attempt, the shard of the change, the id of its entry. Answers
-- the deployment version.
local attempt, shard, id = unpack(ARGV)
local seconds, microseconds = unpack(redis.call('TIME'))
local time = digits(seconds * 1000 + math.floor(microseconds / 1000))
redis.call('HSET', KEYS[1] .. ':pending', attempt, table.concat({ time, shard, id }, ' '))
return redis.call('GET', KEYS[1] .. ':deployment') or '0'
