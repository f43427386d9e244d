// What the files of this target share.

#ifndef CTERMINAL_INTERNAL_H
#define CTERMINAL_INTERNAL_H

#include <stddef.h>
#include "CTerminal.h"

enum { CT_ENDING_LIMIT = 256 };

// What ends the current screen: attributes, colours, cursor, keypad, alternate screen, paste mode.
size_t ct_screen_ending(char *bytes, size_t limit);
int ct_screen_output_descriptor(ct_screen *screen);

// Remembers the line settings that a crash must restore: those from before the screen was opened.
void ct_crash_guard_note_settings(int descriptor);

// Writes everything, through interruptions; gives up on an error. Safe in a signal handler.
void ct_write_all(int descriptor, const char *bytes, size_t count);

#endif
