"""The encrypted database: connection, schema, and a module for each table."""
