"""The code lists, one TOML file each; `data_schemas.codelist` reads them."""
