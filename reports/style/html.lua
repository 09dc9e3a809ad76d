-- For HTML: a table that is too wide for a small screen scrolls inside its own region, also with the keyboard.

function Div(div)
  if div.classes:includes('page-end') or div.classes:includes('contents') then return {} end
end

function Table(block)
  local title = pandoc.utils.stringify(block.caption.long)
  -- pairs, for a table of names would give the attributes in another order each time
  local attributes = { { 'role', 'region' }, { 'tabindex', '0' }, { 'aria-label', title } }
  return pandoc.Div({ block }, pandoc.Attr('', { 'table' }, attributes))
end
