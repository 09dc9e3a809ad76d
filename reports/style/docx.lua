-- For Word: paragraph styles for what is a class elsewhere.

function Div(div)
  if div.classes:includes('page-end') then
    return pandoc.RawBlock('openxml', '<w:p><w:r><w:br w:type="page"/></w:r></w:p>')
  end
  if div.classes:includes('contents') then return {} end
  if div.classes:includes('callout') then div.attributes['custom-style'] = 'Callout' end
  if div.classes:includes('worksheet') then div.attributes['custom-style'] = 'Worksheet' end
  if div.classes:includes('table-note') then div.attributes['custom-style'] = 'Table Note' end
  return div
end

-- a table that is too wide stands on a page of its own, which lies on its side (see evaluation/rendering/word.py)
function Table(block)
  if not block.classes:includes('wide') then return nil end
  local function mark(name) return pandoc.RawBlock('openxml', '<!-- ' .. name .. ' -->') end
  return { mark('wide-begins'), block, mark('wide-ends') }
end
