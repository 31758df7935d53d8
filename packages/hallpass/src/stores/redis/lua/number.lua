-- A whole number as text. Lua's own way gives up exactness at 14 digits.
local function digits(number)
  return string.format('%.0f', number)
end
