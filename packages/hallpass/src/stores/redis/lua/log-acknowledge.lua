-- KEYS[1]: the log. ARGV: the incarnation, the position, the channel.
local log, incarnation, sequence, id, channel = KEYS[1], unpack(ARGV)
local row = redis.call('HGET', log .. ':members', incarnation)
if not row or not is_there(log, sequence, id) then
  return 'refused'
end
local acknowledged, rest = string.match(row, '^(%S+)(.*)$')
if tonumber(acknowledged) < tonumber(sequence) then
  redis.call('HSET', log .. ':members', incarnation, sequence .. rest)
end
redis.call('PUBLISH', channel, 'acknowledgement ' .. incarnation .. ' ' .. sequence)
return 'acknowledged'
