"""Địa Bàn: area responsibility on a map. It is about places, never about people."""
