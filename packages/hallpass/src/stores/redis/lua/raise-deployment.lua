-- KEYS[1]: the log.
local raised = redis.call('INCR', KEYS[1] .. ':deployment')
entry.counter = digits(raised)
append(KEYS[1])
return raised
