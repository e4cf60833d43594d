"""Results into map layers, legends, tiles and pictures for the screen, all without the internet."""
