"""Excel workbooks: from the zip and XML to tables, with nothing believed that a hostile file could say."""
