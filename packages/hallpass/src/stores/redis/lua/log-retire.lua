-- KEYS[1]: the log. ARGV: the incarnation, its mark, the channel.
local log, incarnation, mark, channel = KEYS[1], unpack(ARGV)
local row = redis.call('HGET', log .. ':members', incarnation)
if not row or string.match(row, '^%S+ %S+ %S+ %S+ (.*)$') ~= mark then
  return 'kept'
end
redis.call('HDEL', log .. ':members', incarnation)
redis.call('PUBLISH', channel, 'anything')
return 'retired'
