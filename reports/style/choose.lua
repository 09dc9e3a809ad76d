-- Keeps of a document what is meant for its language and its evidence.
--   ::: {.nl} and ::: {.en}             only in that language (EVALUATION_LANG, Dutch unless told otherwise)
--   ::: {.when analysis="change cox"}   only when one of these analyses is in the evidence
-- The spans .present, .document-title and .document-status come from a cell: they say which analyses there are, and give the
-- document its title and the warning that every heading carries.

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

local function wanted(div)
  if div.classes:includes('nl') or div.classes:includes('en') then
    return div.classes:includes(language) and div.content or {}
  end
  if div.classes:includes('when') then
    for name in (div.attributes.analysis or ''):gmatch('%S+') do
      if present[name] then return div.content end
    end
    return {}
  end
end

local function warned(header)
  if status and header.level == 1 then
    header.content:extend({ pandoc.Space(), pandoc.Span(pandoc.Inlines('(' .. pandoc.utils.stringify(status) .. ')'), { class = 'status-mark' }) })
    return header
  end
end

function Pandoc(doc)
  doc = doc:walk({ Span = marks })
  doc = doc:walk({ Para = function(para) if blank(para.content) then return {} end end })
  doc = doc:walk({ Div = wanted }):walk({ Header = warned })
  doc.meta.lang = language
  if title then
    doc.meta.title = pandoc.MetaInlines(title)
    doc.meta.pagetitle = pandoc.utils.stringify(title)
  end
  if status then doc.meta.status = pandoc.MetaInlines(status) end
  return doc
end
