-- KEYS: the slots. ARGV: the deployment version, where the page begins (of the form of ZRANGEBYLEX), the prefix, how many of
-- each slot at most.
local deployment, from, prefix, limit = unpack(ARGV)
local pages = {}
for number, slot in ipairs(KEYS) do
  pages[number] = {}
  if listed_deployment(slot) >= tonumber(deployment) then
    -- The byte 255 is in no text: this comes after every text with the prefix.
    pages[number] = redis.call('ZRANGEBYLEX', slot .. ':subjects', from, '(' .. prefix .. '\255', 'LIMIT', 0, limit)
  end
end
return pages
