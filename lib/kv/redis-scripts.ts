/**
 * What Redis does in one step, in Lua. A document stays the text it is: decoded and encoded again by Redis, [] would
 * become {} and numbers would be rounded. It is only cut into its top-level fields. Every text comes from
 * JSON.stringify, without spaces and with one spelling for every name and value, so texts that are equal mean the same;
 * anything else is an error and is left alone.
 */
const FIELDS = String.raw`
local find, byte, sub = string.find, string.byte, string.sub
local QUOTE, BACKSLASH, OPEN_BRACE, OPEN_BRACKET = 34, 92, 123, 91

-- A quote ends the string unless an odd number of backslashes stands before it.
local function after_string(text, quote)
  local found = find(text, '"', quote + 1, true)
  while byte(text, found - 1) == BACKSLASH do
    local first = found - 1
    while byte(text, first - 1) == BACKSLASH do first = first - 1 end
    if (found - first) % 2 == 0 then break end
    found = find(text, '"', found + 1, true)
  end
  return found + 1
end

-- Where the comma or brace stands that ends the value which begins at this place.
local function end_of_value(text, at)
  local first = byte(text, at)
  if first == QUOTE then return after_string(text, at) end
  if first ~= OPEN_BRACE and first ~= OPEN_BRACKET then return find(text, '[,}]', at) end
  local depth = 0
  while true do
    at = find(text, '["{}%[%]]', at)
    local char = byte(text, at)
    if char == QUOTE then at = after_string(text, at)
    else
      depth = depth + ((char == OPEN_BRACE or char == OPEN_BRACKET) and 1 or -1)
      at = at + 1
      if depth == 0 then return at end
    end
  end
end

-- The names in their order, with their quotes, and the text of the value of each.
local function fields_of(text)
  local names, values, at = {}, {}, 2
  if byte(text, 1) ~= OPEN_BRACE then error('not a document') end
  while byte(text, at) == QUOTE do
    local colon = after_string(text, at)
    local stop = end_of_value(text, colon + 1)
    local name = sub(text, at, colon - 1)
    if not values[name] then names[#names + 1] = name end
    values[name] = sub(text, colon + 1, stop - 1)
    at = stop + 1
  end
  if at < #text then error('not a document') end
  return names, values
end

local function version_of(text)
  local _, values = fields_of(text)
  return tonumber(values['"version"']) or 0
end
`;

/**
 * A request may arrive twice, since the client repeats one whose answer it did not get. The second key names the
 * operation and says for a minute that it was done.
 */
const REMEMBER = `
local function remember() redis.call('SET', KEYS[2], '1', 'PX', 60000) end
local was_done = KEYS[2] and redis.call('EXISTS', KEYS[2]) == 1
`;

/** KEYS: document, operation. ARGV: text, milliseconds. Answers outcome, and what lies there unless it is ARGV[1]. */
export const CREATE = `${REMEMBER}
local there = redis.call('GET', KEYS[1])
if was_done then return { 'created', there } end
if there then return { 'exists', there } end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
remember()
return { 'created', false }
`;

/**
 * KEYS: document, operation. ARGV: patch, where, most bytes. Answers outcome, text and milliseconds left, or nothing.
 */
export const CHANGE = `${FIELDS}${REMEMBER}
local there = redis.call('GET', KEYS[1])
if not there then return false end
local left = redis.call('PTTL', KEYS[1])
if was_done then return { 'changed', there, left } end

local names, values = fields_of(there)
local _, wanted = fields_of(ARGV[2])
for name, value in pairs(wanted) do
  if values[name] ~= value then return { 'unfit', there, left } end
end

local patched, patch = fields_of(ARGV[1])
patched[#patched + 1] = '"version"'
patch['"version"'] = string.format('%.0f', (tonumber(values['"version"']) or 0) + 1)
for _, name in ipairs(patched) do
  if not values[name] then names[#names + 1] = name end
  values[name] = patch[name]
end
local parts = {}
for i, name in ipairs(names) do parts[i] = name .. ':' .. values[name] end
local text = '{' .. table.concat(parts, ',') .. '}'

if #text > tonumber(ARGV[3]) then return { 'too_large', there, left } end
redis.call('SET', KEYS[1], text, 'KEEPTTL')
remember()
return { 'changed', text, left }
`;

/** KEYS: document. ARGV: text, milliseconds. Answers 1 when it was taken over. */
export const FOLLOW = `${FIELDS}
local there = redis.call('GET', KEYS[1])
if there and version_of(there) >= version_of(ARGV[1]) then return 0 end
if there and redis.call('PTTL', KEYS[1]) <= tonumber(ARGV[2]) then
  redis.call('SET', KEYS[1], ARGV[1], 'KEEPTTL')
else
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return 1
`;

/** KEYS: documents. Answers text and milliseconds left, or nothing, for each. */
export const HELD = `
local found = {}
for i, key in ipairs(KEYS) do
  local there = redis.call('GET', key)
  found[i] = there and { there, redis.call('PTTL', key) }
end
return found
`;

/** KEYS: documents. Answers the version, or nothing, for each. */
export const VERSIONS = `${FIELDS}
local found = {}
for i, key in ipairs(KEYS) do
  local there = redis.call('GET', key)
  found[i] = there and version_of(there)
end
return found
`;

/** KEYS: document. Answers its text, or nothing. */
export const READ = `return redis.call('GET', KEYS[1])`;
