-- For HTML: a table that is too wide for a small screen scrolls inside its own region, also with the keyboard.

function Div(div)
  if div.classes:includes('page-end') then return {} end
end

function Table(block)
  local title = pandoc.utils.stringify(block.caption.long)
  return pandoc.Div({ block }, { class = 'table', role = 'region', tabindex = '0', ['aria-label'] = title })
end
