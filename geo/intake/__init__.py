"""Files into checked frames, and rejects with reasons. Knows no database. Entry: `reading.read`."""
