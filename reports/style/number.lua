-- What Quarto does itself, for when pandoc works without it: numbers sections, figures and tables, resolves @sec-, @fig- and
-- @tbl-, gives figures their alt text, tables their row headers and callouts their title.

local language = os.getenv('EVALUATION_LANG') or 'nl'
local words = ({
  nl = { fig = 'Figuur', tbl = 'Tabel', sec = 'paragraaf', annex = 'bijlage' },
  en = { fig = 'Figure', tbl = 'Table', sec = 'section', annex = 'annex' },
})[language]
local counts, sections, names, annex = { fig = 0, tbl = 0 }, {}, {}, false
local nbsp = '\u{a0}'

-- annexes have letters: A, B, ... and after Z A1, B1
local function letter()
  local place = (sections[1] or 1) - 1
  return string.char(65 + place % 26) .. (place > 25 and place // 26 or '')
end

local function named(kind, identifier)
  counts[kind] = counts[kind] + 1
  local name = words[kind] .. nbsp .. (annex and letter() .. '.' or '') .. counts[kind]
  names[identifier] = name
  return name
end

local function captioned(block, name)
  local first = block.caption.long[1]
  local start = pandoc.Inlines({ pandoc.Strong(pandoc.Inlines({ pandoc.Str(name .. '.') })), pandoc.Space() })
  block.caption.long = pandoc.Blocks({ pandoc.Plain(start .. (first and first.content or pandoc.Inlines({}))) })
  return block
end

local function alt(image)
  local text = image.attributes['fig-alt']
  if text then
    image.attributes['fig-alt'] = nil
    image.attributes.alt = text
    image.caption = pandoc.Inlines({ pandoc.Str(text) })
  end
  return image
end

local function figure(block)
  if not block.identifier:match('^fig%-') then return nil end
  return captioned(block:walk({ Image = alt }), named('fig', block.identifier))
end

-- A column is at least as wide as its longest part that cannot be broken; what is left goes to the columns with more to say. A
-- table that does not fit so is wide.
local on_a_line, most_asked, around = 110, 46, 3

local function longest(text)
  local most = 0
  for part in text:gmatch('%S+') do
    -- Lua takes the second byte of a space that does not break for a space of its own
    most = math.max(most, utf8.len(part) or #part)
  end
  return most
end

local function widths(block)
  if #block.colspecs == 0 or not block.colspecs[1][2] then return block end
  local least, asked = {}, {}
  local function measure(rows, more)
    for _, row in ipairs(rows) do
      for place, cell in ipairs(row.cells) do
        local text = pandoc.utils.stringify(cell.contents):gsub(nbsp, '_')
        least[place] = math.max(least[place] or 0, longest(text) * more + around)
        asked[place] = math.max(asked[place] or 0, math.min((utf8.len(text) or #text) * more + around, most_asked))
      end
    end
  end
  measure(block.head.rows, 1.12)
  for _, body in ipairs(block.bodies) do measure(body.body, 1) end
  local total, wanted = 0, 0
  for place = 1, #block.colspecs do
    total = total + (least[place] or 2)
    wanted = wanted + math.max((asked[place] or 2) - (least[place] or 2), 0)
  end
  local left = math.max(on_a_line - total, 0)
  local sum, found = 0, {}
  for place = 1, #block.colspecs do
    local more = wanted > 0 and math.max((asked[place] or 2) - (least[place] or 2), 0) / wanted * math.min(left, wanted) or 0
    found[place] = (least[place] or 2) + more
    sum = sum + found[place]
  end
  -- what nobody asks for is shared out, so that tables are as wide as the page
  for place, spec in ipairs(block.colspecs) do block.colspecs[place] = { spec[1], found[place] / sum } end
  if total > on_a_line then block.classes:insert('wide') end
  return block
end

local function tabled(block)
  block = widths(block)
  if block.identifier:match('^tbl%-') then captioned(block, named('tbl', block.identifier)) end
  for _, row in ipairs(block.head.rows) do
    for _, cell in ipairs(row.cells) do cell.attr.attributes.scope = 'col' end
  end
  for _, body in ipairs(block.bodies) do
    body.row_head_columns = 1
    for _, row in ipairs(body.body) do row.cells[1].attr.attributes.scope = 'row' end
  end
  return block
end

local function header(block)
  local level = block.level
  for deeper = level + 1, #sections do sections[deeper] = nil end
  for upto = 1, level do sections[upto] = sections[upto] or 0 end
  sections[level] = sections[level] + 1
  local number = table.concat(sections, '.', 1, level)
  if annex then
    if level == 1 then counts = { fig = 0, tbl = 0 } end
    number = letter() .. number:gsub('^%d+', '', 1)
  end
  names[block.identifier] = (annex and words.annex or words.sec) .. nbsp .. number
  block.content = pandoc.Inlines({ pandoc.Span({ pandoc.Str(number) }, { class = 'section-number' }), pandoc.Space() }) .. block.content
  return block
end

local function reference(cite)
  local found = names[cite.citations[1].id]
  if found then return pandoc.Link({ pandoc.Str(found) }, '#' .. cite.citations[1].id) end
end

local function callout(div)
  if div.classes:includes('document') then
    counts, sections, annex = { fig = 0, tbl = 0 }, {}, (div.attributes.name or ''):match('annex$') ~= nil
    return nil
  end
  local kind = div.classes[1] and div.classes[1]:match('^callout%-(%a+)$')
  if not kind then return nil end
  local title = div.attributes.title
  div.attributes.title = nil
  div.attributes.role = 'note'
  div.classes = { 'callout', 'callout-' .. kind }
  if title then div.content:insert(1, pandoc.Para({ pandoc.Strong({ pandoc.Str(title) }) })) end
  return div
end

function Pandoc(doc)
  doc = doc:walk({ traverse = 'topdown', Header = header, Figure = figure, Table = tabled, Div = callout })
  return doc:walk({ Cite = reference })
end
