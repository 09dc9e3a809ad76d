"""The rules of disclosure control, one TOML file each; `data_schemas.release_rule` reads them."""
