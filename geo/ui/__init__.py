"""What Streamlit shows: words, widgets, state, guard. The one package below app.py that knows Streamlit."""
