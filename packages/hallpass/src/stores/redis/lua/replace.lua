if is_fenced() then
  return answer('fenced')
end
if not replaced(record_at(8)) then
  return answer('conflict')
end
tell()
return answer('replaced')
