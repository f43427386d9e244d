#define NCURSES_WIDECHAR 1
#include <wchar.h>
#include <ncurses.h>
