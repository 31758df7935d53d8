-- ARGV[8]: the subject. Newest first.
return answer(live_sessions(ARGV[8]))
