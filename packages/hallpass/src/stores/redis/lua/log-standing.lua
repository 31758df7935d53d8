-- KEYS[1]: the log. ARGV[1]: the id of an entry. ARGV[2], ARGV[3]: a position ('' for none).
local log = KEYS[1]
local sequence = redis.call('HGET', log .. ':ids', ARGV[1])
local found = sequence and redis.call('XRANGE', log .. ':entries', sequence .. '-0', sequence .. '-0')[1]
return {
  found and found[2][6],
  ARGV[2] ~= '' and is_there(log, ARGV[2], ARGV[3]) and 1 or 0,
  redis.call('HGETALL', log .. ':members'),
}
