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

-- a small screen shows the drawing that was made for it
function Image(image)
  local small = image.attributes.small
  image.attributes.small = nil
  if not small then return image end
  local before = '<picture><source media="(max-width: 36rem)" srcset="' .. small .. '">'
  return { pandoc.RawInline('html', before), image, pandoc.RawInline('html', '</picture>') }
end
