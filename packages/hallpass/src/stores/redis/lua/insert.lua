local record = record_at(8)
local version = counters_of(record.subject)
if tonumber(record.subjectVersion) ~= version or tonumber(record.deploymentVersion) ~= deployment_version() then
  return answer('passed')
end
if redis.call('EXISTS', session_key(record.id)) == 1 then
  return answer('taken')
end
write(record)
return answer('inserted')
