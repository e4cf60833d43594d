"""Địa Bàn: area responsibility on a map. It is about places, never about people."""

import os

# openpyxl would read by lxml where it is installed (python-pptx brings it), and then not by defusedxml.
os.environ["OPENPYXL_LXML"] = "False"
