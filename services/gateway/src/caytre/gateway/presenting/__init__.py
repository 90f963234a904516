"""How views say what the read models hold: codes with words, places by their names then and now, marks of doubt."""
