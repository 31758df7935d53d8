-- One command, as a script: clients that may ask replicas to read take a script for a write. KEYS[1]: the slot. ARGV: the
-- command, what its key ends with, its other arguments.
return redis.call(ARGV[1], KEYS[1] .. ARGV[2], unpack(ARGV, 3))
