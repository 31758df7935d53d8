-- ARGV[8]: the subject. ARGV[9]: which of its counters. From ARGV[10] on, where it is there: the record to keep.
local subject, counter = ARGV[8], ARGV[9]
if is_fenced() then
  return answer('fenced')
end
if ARGV[10] then
  local keep = record_at(10)
  keep.subjectVersion = digits(counters_of(subject) + 1)
  if keep.subject ~= subject or not replaced(keep) then
    return answer('conflict')
  end
end
local raised = redis.call('HINCRBY', KEYS[1] .. ':subject:' .. subject, counter, 1)
entry.counter = digits(raised)
tell()
return answer(raised)
