-- KEYS[1]: the audit. ARGV, for each record: its id, its place, its lines.
for at = 1, #ARGV, 3 do
  local id, place, lines = unpack(ARGV, at, at + 2)
  if redis.call('HSETNX', KEYS[1] .. ':records', id, lines) == 1 then
    for _, list in ipairs(lists_of(lines)) do
      redis.call('ZADD', list, 0, place)
    end
  end
end
