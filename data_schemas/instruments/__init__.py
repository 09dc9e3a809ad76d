"""The instrument registry, one TOML file each; `data_schemas.instrument` reads them."""
