-- ARGV[2]: the subject.
local version, changes = counters_of(ARGV[2])
return { deployment_version() or false, version, changes }
