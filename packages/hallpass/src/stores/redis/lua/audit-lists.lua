-- A record is kept in lines of JSON: its subject, session, type and network (null for none), and the whole of it. Lists are
-- of places: the time in 20 characters, then the id.
local fields = { 'subject', 'session', 'type', 'network' }

-- The keys of the lists that a record is in.
local function lists_of(lines)
  local lists = { KEYS[1] .. ':all' }
  for number, value in ipairs({ string.match(lines, '^(.-)\n(.-)\n(.-)\n(.-)\n') }) do
    if value ~= 'null' then
      lists[#lists + 1] = KEYS[1] .. ':' .. fields[number] .. ':' .. value
    end
  end
  return lists
end
