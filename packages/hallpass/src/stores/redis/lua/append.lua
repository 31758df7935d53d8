-- The log, under the beginning of its keys: `meta` (identity, head, start, terms), `entries` (a stream numbered by
-- sequence), `ids` and `tokens` (hashes of sequences by the id of the entry, and of the token it revokes).

-- Where the log ends. It begins anew, under the name `fresh`, where there is none or where part of it is missing: by
-- its other identity every instance learns that something was forgotten.
local function head_of(log, fresh)
  local sequence, head, start = unpack(redis.call('HMGET', log .. ':meta', 'sequence', 'head', 'start'))
  if sequence and redis.call('XLEN', log .. ':entries') == tonumber(sequence) - tonumber(start) then
    return tonumber(sequence), head
  end
  redis.call('DEL', log .. ':entries', log .. ':ids', log .. ':tokens')
  redis.call('HSET', log .. ':meta', 'identity', fresh, 'sequence', '0', 'head', fresh, 'start', '0', 'startId', fresh)
  return 0, fresh
end

-- ARGV[2] to ARGV[7]: an entry as it is handed in. Its id is '' where there is none. `fresh` is random and of this call.
local entry = {
  id = ARGV[2], token = ARGV[3], json = ARGV[4], counter = ARGV[5], channel = ARGV[6], fresh = ARGV[7],
}

local function with(json, members)
  return string.sub(json, 1, -2) .. members .. '}'
end

local function append(log)
  if entry.id == '' or redis.call('HEXISTS', log .. ':ids', entry.id) == 1 then
    return
  end
  local last, previous = head_of(log, entry.fresh)
  local sequence = digits(last + 1)
  local json = with(with(entry.json, ',"counter":' .. entry.counter),
    ',"sequence":' .. sequence .. ',"previous":' .. cjson.encode(previous))
  redis.call('XADD', log .. ':entries', sequence .. '-0', 'id', entry.id, 'token', entry.token, 'entry', json)
  redis.call('HSET', log .. ':ids', entry.id, sequence)
  if entry.token ~= '' then
    redis.call('HSET', log .. ':tokens', entry.token, sequence)
  end
  redis.call('HSET', log .. ':meta', 'sequence', sequence, 'head', entry.id)
  redis.call('PUBLISH', entry.channel, json)
end
