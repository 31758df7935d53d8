-- ARGV from 8 on: subjects. Answers those that have a live session; the others leave.
local live = {}
for at = 8, #ARGV do
  local subject = ARGV[at]
  if live_sessions(subject, 1)[1] then
    live[#live + 1] = subject
  else
    unlist_subject(KEYS[1], subject)
  end
end
return answer(live)
