-- KEYS[1]: the accounts, whose slot holds the clients. ARGV[1]: id.
redis.call('DEL', KEYS[1] .. ':client:' .. ARGV[1])
redis.call('ZREM', KEYS[1] .. ':clients', ARGV[1])
