"""Published effects of comparable care, one TOML file each; read by `data_schemas.benchmark`."""
