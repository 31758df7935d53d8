-- KEYS[1]: the log.
append(KEYS[1])
