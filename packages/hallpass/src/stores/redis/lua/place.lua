-- Whether that position is where it was: the start of the kept part, or an entry of it.
local function is_there(log, sequence, id)
  if redis.call('HGET', log .. ':ids', id) == sequence then
    return true
  end
  local start = redis.call('HMGET', log .. ':meta', 'start', 'startId')
  return start[1] == sequence and start[2] == id
end
