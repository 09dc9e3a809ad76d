-- For Word: paragraph styles for what is a class elsewhere.

function Div(div)
  if div.classes:includes('page-end') then
    return pandoc.RawBlock('openxml', '<w:p><w:r><w:br w:type="page"/></w:r></w:p>')
  end
  if div.classes:includes('contents') then return {} end
  if div.classes:includes('callout') then div.attributes['custom-style'] = 'Callout' end
  if div.classes:includes('table-note') then div.attributes['custom-style'] = 'Table Note' end
  return div
end
