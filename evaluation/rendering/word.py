"""The styles of the Word document: pandoc's own reference, with our colours, fonts and two more paragraph styles."""

from __future__ import annotations

import io
import re
import zipfile

_STYLES = "word/styles.xml"
_INK = "123F63"
_MORE = """\
<w:style w:type="paragraph" w:customStyle="1" w:styleId="TableNote"><w:name w:val="Table Note"/><w:basedOn w:val="BodyText"/>
<w:pPr><w:spacing w:before="60" w:after="240"/></w:pPr><w:rPr><w:color w:val="555555"/><w:sz w:val="18"/></w:rPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="Callout"><w:name w:val="Callout"/><w:basedOn w:val="BodyText"/>
<w:pPr><w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="8A1F11"/></w:pBdr><w:shd w:val="clear" w:fill="FCF4F2"/>
</w:pPr></w:style>
</w:styles>"""


def reference(default: bytes) -> bytes:
    """pandoc's reference document with our styles; the same bytes for the same pandoc."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(default)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == _STYLES:
                content = _styled(content.decode("utf-8")).encode("utf-8")
            new.writestr(zipfile.ZipInfo(entry.filename), content)
    return out.getvalue()


def _styled(xml: str) -> str:
    xml = re.sub(r'<w:color [^>]*w:themeColor="[^"]*"[^>]*/>', f'<w:color w:val="{_INK}"/>', xml)
    return xml.replace("</w:styles>", _MORE)
