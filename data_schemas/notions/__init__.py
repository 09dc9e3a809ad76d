"""Notions that people meet in messages and reports, one TOML file each; `data_schemas.notion` reads them."""
