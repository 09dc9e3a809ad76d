-- For PDF: the alt text that pandoc's typst writer leaves out (pandoc 3.9), and blocks of our own template.

local function quoted(text)
  return '"' .. text:gsub('\\', '\\\\'):gsub('"', '\\"'):gsub('[\r\n]', ' ') .. '"'
end

local function wrapped(name, div)
  local blocks = pandoc.Blocks({ pandoc.RawBlock('typst', '#' .. name .. '[') })
  blocks:extend(div.content)
  blocks:insert(pandoc.RawBlock('typst', ']'))
  return blocks
end

function Div(div)
  if div.classes:includes('page-end') then return pandoc.RawBlock('typst', '#first-page-end()') end
  if div.classes:includes('contents') then return pandoc.RawBlock('typst', '#contents()') end
  if div.classes:includes('first-page') then return wrapped('first-page', div) end
  if div.classes:includes('worksheet') then return wrapped('worksheet', div) end
  if div.classes:includes('callout') then return wrapped('callout', div) end
  if div.classes:includes('table-note') then return wrapped('table-note', div) end
end

function Span(span)
  if span.classes:includes('status-mark') then
    local inlines = pandoc.Inlines({ pandoc.RawInline('typst', '#status-mark[') })
    inlines:extend(span.content)
    inlines:insert(pandoc.RawInline('typst', ']'))
    return inlines
  end
end

function Figure(block)
  local image = nil
  block:walk({ Image = function(found) image = found end })
  if not image then return nil end
  local caption = block.caption.long[1] and block.caption.long[1].content or {}
  local start = '#figure(alt: ' .. quoted(image.attributes.alt or '') .. ', image(' .. quoted(image.src) .. ', width: ' .. (image.attributes.width or '100%') .. '), caption: ['
  local inlines = pandoc.Inlines({ pandoc.RawInline('typst', start) })
  inlines:extend(caption)
  inlines:insert(pandoc.RawInline('typst', ']) <' .. block.identifier .. '>'))
  return pandoc.Plain(inlines)
end

-- on paper a reference needs the page
function Link(link)
  local label = link.target:match('^#(sec%-[%w%-]+)$')
  if label then return { link, pandoc.RawInline('typst', '#page-of(<' .. label .. '>)') } end
end
