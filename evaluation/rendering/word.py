"""The Word document: pandoc's own reference in our styles, with a header and page numbers; and what pandoc's writer leaves out of a document.

Captions get fields that Word counts by, so that it can make a list of tables; the text of a table is smaller than that of the page; a
table that is too wide stands on a page of its own that lies on its side. The same input gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

from data_schemas.words import Lang, Words

_INK, _FONT = "123F63", "Arial"
# sizes in half points, spaces in twentieths of a point
_SIZES = {
    "Title": 36,
    "Subtitle": 21,
    "Heading1": 29,
    "Heading2": 24,
    "Heading3": 21,
    "Caption": 19,
    "TableCaption": 19,
    "ImageCaption": 19,
}
_SPACES = {"BodyText": (0, 110), "Compact": (20, 30), "Heading1": (280, 90), "Heading2": (200, 70), "Heading3": (160, 60)}
_MORE = """\
<w:style w:type="paragraph" w:customStyle="1" w:styleId="TableNote"><w:name w:val="Table Note"/><w:basedOn w:val="BodyText"/>
<w:pPr><w:spacing w:before="60" w:after="200"/></w:pPr><w:rPr><w:color w:val="555555"/><w:sz w:val="16"/></w:rPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="TableText"><w:name w:val="Table Text"/><w:basedOn w:val="Normal"/>
<w:pPr><w:spacing w:before="24" w:after="24"/></w:pPr><w:rPr><w:sz w:val="16"/><w:szCs w:val="16"/></w:rPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="Callout"><w:name w:val="Callout"/><w:basedOn w:val="BodyText"/>
<w:pPr><w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="8A1F11"/></w:pBdr><w:shd w:val="clear" w:fill="FCF4F2"/>
</w:pPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="Worksheet"><w:name w:val="Worksheet"/><w:basedOn w:val="BodyText"/>
<w:pPr><w:pBdr><w:left w:val="single" w:sz="12" w:space="8" w:color="123F63"/></w:pBdr></w:pPr></w:style>
</w:styles>"""
_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_PAGE, _OF = Words("bladzijde", "page"), Words("van", "of")
_PORTRAIT = '<w:pgSz w:w="11906" w:h="16838"/>'
_LANDSCAPE = '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
_MARGINS = '<w:pgMar w:top="1250" w:right="1250" w:bottom="1150" w:left="1250" w:header="620" w:footer="560" w:gutter="0"/>'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_NUMBERED = re.compile('<w:t xml:space="preserve">(\\w+)\N{NO-BREAK SPACE}([A-Z]\\d*\\.)?(\\d+)\\.</w:t></w:r>')
_WIDE, _AFTER_WIDE = "wide-begins", "wide-ends"


def reference(default: bytes, header: str, lang: Lang) -> bytes:
    """pandoc's reference document with our styles, a header that says what the document is, and page numbers below."""
    kinds = {"header": _header(header), "footer": _footer(lang)}
    parts = {f"word/{kind}1.xml": xml for kind, xml in kinds.items()}
    edits: dict[str, Callable[[str], str]] = {
        "word/styles.xml": _styled,
        "word/document.xml": lambda xml: re.sub(r"<w:sectPr>.*?</w:sectPr>", _section(_PORTRAIT), xml, flags=re.S),
        "[Content_Types].xml": lambda xml: xml.replace("</Types>", "".join(map(_content_type, kinds)) + "</Types>"),
        "word/_rels/document.xml.rels": lambda xml: xml.replace(
            "</Relationships>", "".join(map(_relation, kinds)) + "</Relationships>"
        ),
    }
    return _rewritten(default, edits, parts)


def finished(document: bytes) -> bytes:
    """A document of pandoc's with counted captions, small tables, and wide ones on a page that lies on its side."""
    return _rewritten(document, {"word/document.xml": _body}, {})


def header_text(meta: Mapping[str, object]) -> str:
    """The warning that a document carries, otherwise its title, from the metadata of pandoc's tree."""
    return _plain(meta.get("status") or meta.get("title") or "")


def wide(mark: str) -> str:
    """What `docx.lua` puts before and after a table that is too wide."""
    return f"<!-- {mark} -->"


def _plain(node: object) -> str:
    if isinstance(node, list):
        return "".join(map(_plain, node))
    if isinstance(node, dict):
        return {"Space": " ", "SoftBreak": " "}.get(str(node.get("t")), "") or _plain(node.get("c", ""))
    return str(node)


def _body(xml: str) -> str:
    xml = re.sub(r"(?s)<w:tbl>.*?</w:tbl>", _table, xml)
    xml = re.sub(r'(?s)<w:p><w:pPr><w:pStyle w:val="(?:TableCaption|ImageCaption)" ?/>.*?</w:p>', _caption, xml)
    last = re.search(r"(?s)<w:sectPr>.*</w:sectPr>", xml)
    refers = "".join(re.findall(r"<w:(?:header|footer)Reference [^>]*/>", last.group(0))) if last else ""
    for mark, page in ((_WIDE, _PORTRAIT), (_AFTER_WIDE, _LANDSCAPE)):
        ends = f"<w:p><w:pPr><w:sectPr>{refers}{page}{_MARGINS}</w:sectPr></w:pPr></w:p>"
        xml = xml.replace(wide(mark), ends)
    return xml


def _table(found: re.Match[str]) -> str:
    table = re.sub(r'<w:pStyle w:val="Compact" ?/>', '<w:pStyle w:val="TableText"/>', found.group(0))
    table = table.replace('w:firstColumn="0"', 'w:firstColumn="1"')
    # a line of a table stays on one page
    return re.sub(r"<w:tr>(?!<w:trPr>)", "<w:tr><w:trPr><w:cantSplit/></w:trPr>", table)


def _caption(found: re.Match[str]) -> str:
    """The number of a caption as a field that counts: Table C.2 is the second of Table_C."""
    return _NUMBERED.sub(_counting, found.group(0), count=1)


def _counting(number: re.Match[str]) -> str:
    word, letter, count = number.group(1), number.group(2) or "", number.group(3)
    name = f"{word}_{letter.rstrip('.')}" if letter else word
    bold = "<w:r><w:rPr><w:b/></w:rPr>"
    before = f'<w:t xml:space="preserve">{word}\N{NO-BREAK SPACE}{letter}</w:t></w:r>'
    field = f'<w:fldSimple w:instr=" SEQ {name} \\* ARABIC ">{bold}<w:t>{count}</w:t></w:r></w:fldSimple>'
    return f'{before}{field}{bold}<w:t xml:space="preserve">.</w:t></w:r>'


def _styled(xml: str) -> str:
    xml = re.sub(r"(?s)<w:rFonts\b[^>]*/>", f'<w:rFonts w:ascii="{_FONT}" w:hAnsi="{_FONT}" w:cs="{_FONT}"/>', xml)
    xml = re.sub(r'(?s)<w:color [^>]*w:themeColor="[^"]*"[^>]*/>', f'<w:color w:val="{_INK}"/>', xml)
    xml = re.sub(
        r'(?s)(<w:docDefaults>.*?)<w:sz w:val="24" />\s*<w:szCs w:val="24" />', r'\1<w:sz w:val="19"/><w:szCs w:val="19"/>', xml
    )
    for style, size in _SIZES.items():
        xml = _in_style(xml, style, lambda text, size=size: _sized(text, size))
    for style, (before, after) in _SPACES.items():
        spacing = f'<w:spacing w:before="{before}" w:after="{after}"/>'
        xml = _in_style(xml, style, lambda text, spacing=spacing: re.sub(r"<w:spacing\b[^>]*/>", spacing, text, count=1))
    xml = _in_style(xml, "Table", lambda text: text.replace('w:w="108"', 'w:w="70"'))
    xml = _in_style(xml, "Title", lambda text: text.replace('<w:jc w:val="center" />', ""))
    return xml.replace("</w:styles>", _MORE)


def _in_style(xml: str, style: str, edit: Callable[[str], str]) -> str:
    return re.sub(rf'(?s)<w:style [^>]*w:styleId="{style}".*?</w:style>', lambda found: edit(found.group(0)), xml, count=1)


def _sized(text: str, size: int) -> str:
    sizes = f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    text = re.sub(r"<w:szC?s? w:val=\"\d+\" ?/>\s*", "", text)
    return (
        text.replace("</w:rPr>", f"{sizes}</w:rPr>")
        if "</w:rPr>" in text
        else text.replace("</w:style>", f"<w:rPr>{sizes}</w:rPr></w:style>")
    )


def _section(page: str) -> str:
    refers = "".join(f'<w:{kind}Reference w:type="default" r:id="{_identifier(kind)}"/>' for kind in ("header", "footer"))
    return f"<w:sectPr>{refers}{page}{_MARGINS}</w:sectPr>"


def _identifier(kind: str) -> str:
    return f"rIdOwn{kind.capitalize()}"


def _relation(kind: str) -> str:
    return f'<Relationship Type="{_RELATIONS}/{kind}" Id="{_identifier(kind)}" Target="{kind}1.xml" />'


def _content_type(kind: str) -> str:
    return f'<Override PartName="/word/{kind}1.xml" ContentType="{_CONTENT}.{kind}+xml" />'


def _header(text: str) -> str:
    run = f'<w:r><w:rPr><w:b/><w:color w:val="{_INK}"/><w:sz w:val="16"/></w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<w:hdr {_NAMESPACES}><w:p>{run}</w:p></w:hdr>'


def _footer(lang: Lang) -> str:
    def run(inside: str) -> str:
        return f'<w:r><w:rPr><w:color w:val="555555"/><w:sz w:val="16"/></w:rPr>{inside}</w:r>'

    def text(words: str) -> str:
        return run(f'<w:t xml:space="preserve">{words}</w:t>')

    def field(name: str) -> str:
        return f'<w:fldSimple w:instr=" {name} ">{run("<w:t>1</w:t>")}</w:fldSimple>'

    line = f"{text(_PAGE[lang] + ' ')}{field('PAGE')}{text(f' {_OF[lang]} ')}{field('NUMPAGES')}"
    paragraph = f'<w:p><w:pPr><w:jc w:val="right"/></w:pPr>{line}</w:p>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<w:ftr {_NAMESPACES}>{paragraph}</w:ftr>'


def _rewritten(archive: bytes, edits: Mapping[str, Callable[[str], str]], more: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename in edits:
                content = edits[entry.filename](content.decode("utf-8")).encode("utf-8")
            new.writestr(zipfile.ZipInfo(entry.filename), content, zipfile.ZIP_DEFLATED)
        for name, xml in more.items():
            new.writestr(zipfile.ZipInfo(name), xml.encode("utf-8"), zipfile.ZIP_DEFLATED)
    return out.getvalue()
