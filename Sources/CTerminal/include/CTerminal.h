// Declares what Swift cannot import of ncurses, ptys and signals.
