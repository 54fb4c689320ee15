"""Values into pages: chart specifications, tables and the self-contained report. No files, no clock."""
