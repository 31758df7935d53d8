-- KEYS[1]: the log, whose slot holds the key ring. ARGV[8]: the version that was read. ARGV[9]: the keys.
local ring = KEYS[1] .. ':keys'
if (redis.call('HGET', ring, 'version') or '0') ~= ARGV[8] then
  return 'conflict'
end
redis.call('HSET', ring, 'version', digits(ARGV[8] + 1), 'keys', ARGV[9])
append(KEYS[1])
return 'replaced'
