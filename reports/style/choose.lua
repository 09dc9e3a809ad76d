-- Keeps of a document what is meant for its language and its evidence.
--   ::: {.nl} and ::: {.en}             only in that language (EVALUATION_LANG, Dutch unless told otherwise)
--   ::: {.when analysis="change cox"}   only when one of these analyses is in the evidence
--   [See @sec-flow.]{.refers}           only when all that it refers to is in the document
--   [See @sec-flow.]{.refers .elsewhere} when it may be in the document beside this one, which Quarto cannot see: it then names that
--   # A heading {.prose}                also when the document itself has all that stands under it
-- The spans .present, .document-title and .document-status come from a cell: they say which analyses there are, and give the
-- document its title and the warning that every page carries; headings carry what it begins with.

local language = os.getenv('EVALUATION_LANG') or 'nl'
local present, title, status = {}, nil, nil

local function marks(span)
  if span.classes:includes('present') then
    for name in (span.attributes.analyses or ''):gmatch('%S+') do present[name] = true end
  elseif span.classes:includes('document-title') then
    title = span.content
  elseif span.classes:includes('document-status') then
    status = span.content
  else
    return nil
  end
  return {}
end

local function blank(inlines)
  return #inlines:filter(function(inline) return inline.t ~= 'Space' and inline.t ~= 'SoftBreak' end) == 0
end

local function emptied(para)
  if blank(para.content) then return {} end
end

-- what stands in a document itself introduces what the evidence has to show
local function introduced(blocks)
  return blocks:map(function(block)
    return block.t == 'Header' and block or pandoc.Div({ block }, { class = 'introduction' })
  end)
end

local function wanted(div)
  if div.classes:includes('nl') or div.classes:includes('en') then
    return div.classes:includes(language) and introduced(div.content) or {}
  end
  if div.classes:includes('when') then
    for name in (div.attributes.analysis or ''):gmatch('%S+') do
      if present[name] then return div.content end
    end
    return {}
  end
end

local function introduction(block)
  return block.t == 'Div' and block.classes:includes('introduction')
end

-- several documents can stand in one: each begins with a mark
local function begins(block)
  return block.t == 'Div' and block.classes:includes('document')
end

-- a heading with nothing but its introduction under it says nothing: what it would hold is missing from the evidence
local function filled(blocks)
  local kept = pandoc.Blocks({})
  for place = #blocks, 1, -1 do
    local block, first = blocks[place], 1
    if block.t == 'Header' and not block.classes:includes('prose') then
      while kept[first] and introduction(kept[first]) do first = first + 1 end
      local after = kept[first]
      if not after or begins(after) or (after.t == 'Header' and after.level <= block.level) then
        for _ = 2, first do kept:remove(1) end
        block = nil
      end
    end
    if block then kept:insert(1, block) end
  end
  return kept
end

local function shown(blocks)
  local labels = {}
  local function label(element) labels[element.identifier] = true end
  blocks:walk({ Header = label, Table = label, Figure = label, Image = label, Div = label })
  return labels
end

local function pointing(labels)
  return function(span)
    if not span.classes:includes('refers') then return nil end
    if quarto ~= nil and span.classes:includes('elsewhere') then
      local beside = ({ nl = 'de bijlagen', en = 'the annexes' })[language]
      return span:walk({ Cite = function() return pandoc.Str(beside) end }).content
    end
    local all = true
    span:walk({ Cite = function(cite)
      for _, citation in ipairs(cite.citations) do
        -- Quarto has tables and figures as nodes of its own by now, without a label that can be seen here
        all = all and (labels[citation.id] or (quarto ~= nil and not citation.id:match('^sec%-')))
      end
    end })
    if not all then return {} end
  end
end

-- of each warning its first two parts: for whom and which copy stand on the page
local function brief(warning)
  local firsts = pandoc.List({})
  for part in (warning .. ' · '):gmatch('(.-) · ') do firsts:insert(part:match('^[^,]*,[^,]*') or part) end
  return table.concat(firsts, ' · ')
end

local function warned(header)
  if status and header.level == 1 then
    local mark = '(' .. brief(pandoc.utils.stringify(status)) .. ')'
    header.content:extend({ pandoc.Space(), pandoc.Span(pandoc.Inlines(mark), { class = 'status-mark' }) })
    return header
  end
end

-- a warning as a string of CSS: on paper it stands above every page
local function styled(warning)
  return (warning:gsub('[<>&"\\\n]', function(found) return ('\\%X '):format(found:byte()) end))
end

-- what two cells say in the same words is said once
local function once(blocks)
  local kept, last = pandoc.Blocks({}), ''
  for _, block in ipairs(blocks) do
    local said = (block.t == 'Para' or block.t == 'Div') and pandoc.utils.stringify(block) or ''
    if said == '' or said ~= last then kept:insert(block) end
    last = said
  end
  return kept
end

function Pandoc(doc)
  doc = doc:walk({ Span = marks })
  doc = doc:walk({ Para = emptied })
  doc = doc:walk({ Div = wanted })
  local before
  repeat -- a sentence that goes can leave a heading bare, and that heading another sentence without its end
    before = #doc.blocks
    doc.blocks = filled(doc.blocks)
    doc = doc:walk({ Span = pointing(shown(doc.blocks)) }):walk({ Para = emptied })
  until #doc.blocks == before
  doc = doc:walk({ Div = function(div) if introduction(div) then return div.content end end })
  doc = doc:walk({ Header = warned, Span = function(span) if span.classes:includes('refers') then return span.content end end })
  doc.blocks = once(doc.blocks)
  doc.meta.lang = language
  if title then
    doc.meta.title = pandoc.MetaInlines(title)
    doc.meta.pagetitle = pandoc.utils.stringify(title)
  end
  if status then
    doc.meta.status = pandoc.MetaInlines(status)
    doc.meta['status-style'] = pandoc.MetaInlines({ pandoc.RawInline('html', styled(pandoc.utils.stringify(status))) })
  end
  return doc
end
