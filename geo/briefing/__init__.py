"""Results into documents: pictures, slides, tables."""
